package dev.peregrine.conformance;

/// The inits whose behaviour is compared.
enum InitProgram {
  OURS(Container.PRODUCT + " init -q --"),
  OURS_AS_TINI("/run/tini --"),
  OURS_AS_DUMB_INIT("/run/dumb-init --"),
  TINI("tini --"),
  DUMB_INIT("dumb-init --"),
  CATATONIT("catatonit --");

  private final String words;

  InitProgram(String words) {
    this.words = words;
  }

  /// A container in which it runs a command.
  Container.Plan running(String command) {
    return running("", command);
  }

  /// The same with flags of its own.
  Container.Plan running(String flags, String command) {
    String all = flags.isEmpty() ? words : words.replaceFirst("--$", flags + " --");
    return Container.of(all + " " + command)
        .setup(
            "rm -rf /etc/service; ln -s '%1$s' /run/tini; ln -s '%1$s' /run/dumb-init"
                .formatted(Container.PRODUCT));
  }

  /// One of ours that goes by its own rules.
  static Container.Plan ours(String flags, String command) {
    return OURS.running(flags, command);
  }
}
