package dev.peregrine.cache;

/// Whether somebody is believed.
public enum Trust {
  TRUSTED,
  UNTRUSTED
}
