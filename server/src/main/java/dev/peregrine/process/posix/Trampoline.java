package dev.peregrine.process.posix;

/// The function through which Java calls those of the C library; `dist/Trampoline.java` makes the
/// file that it is in, which the property `peregrine.trampoline` names.
final class Trampoline {
  /// Whether [#call] can be used.
  static final boolean IS_THERE = load();

  private Trampoline() {}

  /// Calls a function with six integers or pointers; minus `errno` instead of a result whose lower
  /// half is -1. Only the lower half of the result counts where the function returns an `int`.
  static native long call(
      long function, long a, long b, long c, long d, long e, long f, long errnoLocation);

  /// The address of the function that finds the address of a function (`dlsym` of POSIX).
  static native long dlsym();

  @SuppressWarnings("restricted")
  private static boolean load() {
    String file = System.getProperty("peregrine.trampoline");
    if (file == null) {
      return false;
    }
    try {
      System.load(file);
      return true;
    } catch (UnsatisfiedLinkError _) {
      return false;
    }
  }
}
