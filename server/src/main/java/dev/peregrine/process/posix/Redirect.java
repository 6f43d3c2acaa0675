package dev.peregrine.process.posix;

/// Where one of the three standard streams of a new process leads.
public sealed interface Redirect {
  /// To where the same stream of this process leads.
  record Inherit() implements Redirect {}

  /// To nowhere.
  record Null() implements Redirect {}

  /// To an open descriptor, 3 or more.
  ///
  /// @param number the descriptor
  record Descriptor(int number) implements Redirect {}

  Redirect INHERIT = new Inherit();
  Redirect NULL = new Null();

  static Redirect to(int descriptor) {
    return new Descriptor(descriptor);
  }
}
