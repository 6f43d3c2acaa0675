package dev.peregrine.process;

/// How a process ended.
public sealed interface ExitStatus {

  /// The process ended by itself.
  ///
  /// @param code exit code, 0 to 255
  record Exited(int code) implements ExitStatus {
    @Override
    public int shellCode() {
      return code;
    }

    @Override
    public String describe() {
      return "exited with code " + code;
    }
  }

  /// The process was ended by a signal.
  ///
  /// @param signal number of the signal
  /// @param coreDumped whether the kernel wrote a core file
  record Signalled(int signal, boolean coreDumped) implements ExitStatus {
    @Override
    public int shellCode() {
      return 128 + signal;
    }

    @Override
    public String describe() {
      return "killed by " + Signal.describe(signal) + (coreDumped ? " (core dumped)" : "");
    }
  }

  /// The status as a shell shows it: the exit code, or 128 plus the signal.
  int shellCode();

  /// The status in words, such as `killed by SIGKILL`.
  String describe();

  /// Whether the process ended by itself with code 0.
  default boolean isSuccess() {
    return this instanceof Exited exited && exited.code() == 0;
  }

  /// Reads the status word of `wait4`.
  static ExitStatus ofWaitStatus(int word) {
    int signal = word & 0x7f;
    return signal == 0 ? new Exited((word >> 8) & 0xff) : new Signalled(signal, (word & 0x80) != 0);
  }
}
