"""How answers are written: one file a form, all of them of untrusted text."""
