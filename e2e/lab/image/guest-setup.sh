# Runs in the guest's tree while the image is built: what both hosts have in common.
set -euo pipefail

# Nothing may start by itself that talks to a network, takes snapshots or only costs time at boot.
for unit in apt-daily.timer apt-daily-upgrade.timer apt-daily.service apt-daily-upgrade.service dpkg-db-backup.timer \
  e2scrub_all.timer e2scrub_reap.service fstrim.timer sanoid.timer sanoid.service sanoid-prune.service \
  systemd-timesyncd.service systemd-networkd-wait-online.service systemd-resolved.service systemd-pstore.service \
  systemd-firstboot.service systemd-hwdb-update.service systemd-update-utmp.service systemd-journal-catalog-update.service \
  systemd-journal-flush.service systemd-update-done.service systemd-machine-id-commit.service ldconfig.service \
  systemd-network-generator.service systemd-logind.service systemd-binfmt.service systemd-modules-load.service \
  getty@tty1.service serial-getty@ttyS0.service getty.target console-setup.service keyboard-setup.service \
  man-db.timer logrotate.timer zfs-share.service zfs-scrub-weekly@.timer modprobe@drm.service modprobe@configfs.service \
  modprobe@fuse.service modprobe@efi_pstore.service dev-hugepages.mount dev-mqueue.mount sys-kernel-debug.mount \
  sys-kernel-tracing.mount sys-kernel-config.mount sys-fs-fuse-connections.mount systemd-sysusers.service \
  systemd-udev-load-credentials.service systemd-hostnamed.socket systemd-hostnamed.service systemd-creds.socket \
  systemd-boot-random-seed.service systemd-hibernate-clear.service systemd-pcrphase.service systemd-pcrmachine.service \
  systemd-tpm2-setup.service systemd-tpm2-setup-early.service systemd-bsod.service systemd-quotacheck-root.service \
  systemd-ask-password-wall.path systemd-ask-password-console.path; do
  ln -sf /dev/null "/etc/systemd/system/$unit"
done
rm -f /etc/cron.d/* /etc/cron.daily/* 2>/dev/null || true
systemctl enable systemd-networkd.service ssh.service zfs-import-cache.service zfs-mount.service zfs-zed.service zfs.target \
  zfs-import.target zfs-volumes.target zfs-volume-wait.service

# The guests have 1.5 GiB; what ZFS caches is taken from the receives under test.
cat >/etc/modprobe.d/zfs.conf <<'CONF'
options zfs zfs_arc_max=268435456
CONF

# udev need not look at each of a hundred terminals and bus devices: disks and network cards are what is used.
mkdir -p /etc/systemd/system/systemd-udev-trigger.service.d /etc/systemd/system/ssh.service.d
cat >/etc/systemd/system/systemd-udev-trigger.service.d/lab.conf <<'CONF'
[Service]
ExecStart=
ExecStart=-udevadm trigger --type=devices --action=add --subsystem-match=block --subsystem-match=net
CONF
# The configuration does not change: checking it at every start costs an emulated second.
printf '[Service]\nExecStartPre=\n' >/etc/systemd/system/ssh.service.d/lab.conf

mkdir -p /etc/systemd/journald.conf.d /etc/systemd/system.conf.d
printf '[Journal]\nStorage=volatile\nRuntimeMaxUse=16M\n' >/etc/systemd/journald.conf.d/lab.conf
# Power-off must not wait for a job under test that hangs on purpose.
printf '[Manager]\nDefaultTimeoutStopSec=8s\nDefaultTimeoutStartSec=120s\n' >/etc/systemd/system.conf.d/lab.conf

cat >/etc/ssh/sshd_config.d/lab.conf <<'CONF'
AuthorizedKeysFile /etc/ssh/authorized_keys/%u
PasswordAuthentication no
UseDNS no
PrintMotd no
PrintLastLog no
MaxSessions 200
MaxStartups 200
AcceptEnv LC_*
CONF
rm -f /etc/ssh/ssh_host_*
# Debian prints these from PAM on every login.
sed -i '/pam_motd/d;/pam_mail/d;/pam_systemd/d' /etc/pam.d/sshd

# A plain user, for trials of `zfs allow` and of sudo.
useradd --create-home --shell /bin/bash --uid 1000 halfway
usermod -p '*' halfway
usermod -p '*' root
rm -rf /var/lib/apt/lists/* /var/cache/apt/* /usr/share/doc/* /usr/share/man/*
: >/etc/fstab
