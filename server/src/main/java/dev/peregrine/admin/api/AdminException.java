package dev.peregrine.admin.api;

import java.io.IOException;

/// A server that answered, but not with what it was asked for.
public final class AdminException extends IOException {
  private static final long serialVersionUID = 1;

  AdminException(String message) {
    super(message);
  }
}
