package dev.peregrine.admin;

/// A request to the admin API that asks for what cannot be; its message is for whoever asked.
final class BadRequest extends Exception {
  private static final long serialVersionUID = 1;

  BadRequest(String message) {
    super(message);
  }
}
