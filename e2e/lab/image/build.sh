#!/bin/bash
# Builds one guest image: build.sh RELEASE OUT_DIR LOG_FILE  (RELEASE: bookworm | trixie; needs root)
#
# OUT_DIR appears only when everything is done: vmlinuz, initrd, root.img, versions. Progress goes to stdout as
# "STEP k/n text"; everything the tools say goes to LOG_FILE.
#
# Two trees grow side by side: the workshop (compiler, headers, DKMS) only gives its kernel modules away, so that the
# guest's tree never holds a toolchain that would have to be purged again.
set -euo pipefail

release=$1 out=$2 log=$3
here=$(cd "$(dirname "$0")" && pwd)

# A private mount and process namespace: every bind mount and every child ends with this script, however it ends.
if [ -z "${HALFWAY_IMAGE_NAMESPACE:-}" ]; then
  mkdir -p "$(dirname "$out")"
  # The lock is an open file description: the kernel lets go of it when the last holder dies.
  exec 9>"$out.lock"
  if ! flock -n 9; then
    echo "STEP 0/5 another process is building this image; waiting for it"
    flock 9
  fi
  [ -e "$out/versions" ] && exit 0
  HALFWAY_IMAGE_NAMESPACE=1 exec unshare --mount --pid --fork --kill-child --mount-proc "$0" "$@"
fi

work="$out.part"
step() { echo "STEP $1"; echo "=== $1" >>"$log"; }
finish() {
  # --one-file-system: never follow a mount that is still there into the host's /dev or /proc.
  rm -rf --one-file-system "$work" || true
}
trap finish EXIT
rm -rf --one-file-system "$work"
mkdir -p "$work"
: >"$log"

export DEBIAN_FRONTEND=noninteractive LC_ALL=C
# The mirror the host's own apt uses; mmdebstrap knows Debian's public one where the host is not Debian.
mirror=$(apt-get indextargets --format '$(LABEL) $(SITE)' 2>/dev/null | awk '$1 == "Debian" { print $2; exit }')

bootstrap() {
  local tree=$1 packages=$2
  shift 2
  mmdebstrap --mode=root --variant=minbase --format=directory --components=main,contrib \
    --aptopt='Apt::Install-Recommends "false"' --aptopt='Acquire::Retries "3"' \
    --dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/info/*' \
    --include="$packages" "$@" "$release" "$tree" ${mirror:+"$mirror"}
}

guest_tree() {
  bootstrap "$work/guest" \
    systemd-sysv,udev,dbus,kmod,iproute2,procps,sudo,bash,openssh-server,openssh-client,zfsutils-linux,zfs-zed,mbuffer,pv,sanoid,zstd \
    --customize-hook='chroot "$1" bash -s < '"$here/guest-setup.sh"
}

step "1/5 Debian $release: kernel, headers and compiler; beside it the guest's own tree"
guest_tree >"$log.guest" 2>&1 &
guest_job=$!
bootstrap "$work/workshop" linux-image-cloud-amd64,linux-headers-cloud-amd64,dkms,file,perl,lsb-release,libc6-dev,busybox-static,cpio,xz-utils \
  --customize-hook='cd "$1/root" && APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get download zfs-dkms' >>"$log" 2>&1
workshop="$work/workshop"
kernel=$(basename "$workshop"/lib/modules/*)

step "2/5 OpenZFS kernel modules for Linux $kernel (DKMS on $(nproc) cores; the long one)"
mount --bind /dev "$workshop/dev"
mount -t proc proc "$workshop/proc"
# Unpacked, not configured: its postinst would look for the modules of the kernel that runs on the host.
chroot "$workshop" bash -ec 'dpkg --force-depends --unpack /root/zfs-dkms_*.deb' >>"$log" 2>&1
zfs=$(basename "$workshop"/usr/src/zfs-*)
zfs=${zfs#zfs-}
if ! chroot "$workshop" bash -ec "dkms add zfs/$zfs || true; dkms install -j $(nproc) zfs/$zfs -k $kernel" >>"$log" 2>&1; then
  tail -n 60 "$workshop/var/lib/dkms/zfs/$zfs/build/make.log" >>"$log" 2>/dev/null || true
  exit 1
fi

# Unpacked once here instead of at every boot.
chroot "$workshop" find "/lib/modules/$kernel/updates" -name '*.ko.xz' -exec xz -d {} +

step "3/5 the initrd"
cp "$here/initrd.sh" "$here/init" "$workshop/root/"
chroot "$workshop" bash /root/initrd.sh "$kernel" >>"$log" 2>&1
# Lazily: a daemon that DKMS left may still hold /dev/null open; it dies with the process namespace.
umount --lazy "$workshop/proc" "$workshop/dev"

step "4/5 the guest's tree"
wait "$guest_job" || { cat "$log.guest" >>"$log"; exit 1; }
cat "$log.guest" >>"$log"
rm -f "$log.guest"
mkdir -p "$work/guest/lib/modules"
cp -a "$workshop/lib/modules/$kernel" "$work/guest/lib/modules/"
rm -f "$work/guest/lib/modules/$kernel/build" "$work/guest/lib/modules/$kernel/source"
chroot "$work/guest" depmod "$kernel" >>"$log" 2>&1

step "5/5 the disk image"
cp "$workshop/boot/vmlinuz-$kernel" "$work/vmlinuz"
cp "$workshop/root/initrd" "$work/initrd"
mke2fs -q -t ext4 -L halfway -d "$work/guest" "$work/root.img" 3G >>"$log" 2>&1
{ echo "zfs=${zfs%%-*}"; echo "kernel=$kernel"; echo "release=$release"; } >"$work/versions"
rm -rf --one-file-system "$work/guest" "$workshop"
rm -rf "$out"
mv "$work" "$out"
