"use client";

import { createContext } from "react";

/** Ties what a dialog is called by to the dialog: the ids of both, and whether there is a description. */
export const DialogNames = createContext({
  title: "",
  description: "",
  setDescribed: (_there: boolean) => {},
});
