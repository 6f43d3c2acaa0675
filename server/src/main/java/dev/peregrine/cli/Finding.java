package dev.peregrine.cli;

/// One thing that `peregrine doctor` has looked at.
///
/// @param level how it is
/// @param area what it is about, one word
/// @param text what was found
/// @param remedy what to do about it; empty if nothing
record Finding(Level level, String area, String text, String remedy) {

  /// How something is.
  enum Level {
    /// As it should be.
    OK,
    /// It works, but not well.
    WARN,
    /// It does not work.
    ERROR
  }

  static Finding ok(String area, String text) {
    return new Finding(Level.OK, area, text, "");
  }

  static Finding warn(String area, String text, String remedy) {
    return new Finding(Level.WARN, area, text, remedy);
  }

  static Finding error(String area, String text, String remedy) {
    return new Finding(Level.ERROR, area, text, remedy);
  }
}
