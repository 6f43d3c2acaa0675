package dev.peregrine.listen;

/// A socket that could not be listened at; the message says which, why and what to do.
public final class ListenException extends Exception {
  private static final long serialVersionUID = 1;

  ListenException(String message, Throwable cause) {
    super(message, cause);
  }
}
