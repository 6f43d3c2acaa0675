package dev.peregrine.admin.api;

import java.io.IOException;

/// No server answers at the admin socket of an instance directory.
public final class NotRunningException extends IOException {
  private static final long serialVersionUID = 1;

  NotRunningException(String message) {
    super(message);
  }
}
