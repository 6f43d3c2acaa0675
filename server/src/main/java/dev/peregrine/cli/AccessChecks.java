package dev.peregrine.cli;

import dev.peregrine.config.Config;
import dev.peregrine.process.Credentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Whether everything can be read and written by the account that has to.
final class AccessChecks {
  private static final String AREA = "access";
  private static final int READ = 4;
  private static final int WRITE = 2;
  private static final int ENTER = 1;

  private final Config config;
  private final Consumer<Finding> findings;

  AccessChecks(Config config, Consumer<Finding> findings) {
    this.config = config;
    this.findings = findings;
  }

  void check() {
    try {
      account().ifPresent(this::appDirectory);
    } catch (IOException e) {
      findings.accept(
          Finding.warn(AREA, "accounts cannot be read: " + e.getMessage(), "check /etc/passwd"));
    }
    instanceDirectory();
    config.log().file().ifPresent(this::logFile);
    config.log().accessLogFile().ifPresent(this::logFile);
    config.instance().pidFile().ifPresent(this::logFile);
  }

  /// The account that the workers would run as.
  private Optional<Credentials> account() throws IOException {
    Optional<String> user = config.app().user();
    if (user.isEmpty()) {
      Credentials self = Credentials.ofOwner(Path.of("/proc/self"));
      return Optional.of(self.isRoot() ? Credentials.ofOwner(config.app().root()) : self);
    }
    Optional<Credentials> account = Credentials.ofUser(user.get());
    if (account.isEmpty()) {
      findings.accept(
          Finding.error(AREA, "there is no account " + user.get(), "add it, or name another user"));
    }
    return account;
  }

  private void appDirectory(Credentials account) {
    Path root = config.app().root();
    for (Path path = root; path != null; path = path.getParent()) {
      int wanted = path.equals(root) ? READ | ENTER : ENTER;
      if (!may(account, path, wanted)) {
        findings.accept(
            Finding.error(
                AREA,
                account.user() + " cannot " + (path.equals(root) ? "read " : "enter ") + path,
                "chmod o+x " + path + ", or give it to a group of " + account.user()));
        return;
      }
    }
    findings.accept(Finding.ok(AREA, account.user() + " can read " + root));
    Path temporary = root.resolve("tmp");
    if (Files.isDirectory(temporary) && !may(account, temporary, WRITE | ENTER)) {
      findings.accept(
          Finding.warn(
              AREA,
              account.user() + " cannot write to " + temporary,
              "chown " + account.user() + " " + temporary));
    }
    if (account.isRoot()) {
      findings.accept(
          Finding.warn(
              AREA, "the workers would run as root", "set user, or give the app to an account"));
    }
  }

  private void instanceDirectory() {
    Path directory = config.instance().directory();
    Path existing = directory;
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (existing == null || !Files.isDirectory(existing) || !Files.isWritable(existing)) {
      findings.accept(
          Finding.error(
              AREA,
              "the instance directory " + directory + " cannot be made",
              "set instance_dir to a directory of yours"));
    } else {
      findings.accept(Finding.ok(AREA, "instance directory " + directory));
    }
  }

  private void logFile(Path file) {
    Path existing = Files.exists(file) ? file : file.getParent();
    if (existing == null || !Files.isWritable(existing)) {
      findings.accept(Finding.error(AREA, file + " cannot be written", "change its owner or mode"));
    }
  }

  /// Whether an account may do something with a file, by its mode; access lists are not looked at.
  static boolean may(Credentials account, Path path, int wanted) {
    if (account.isRoot()) {
      return true;
    }
    try {
      Map<String, Object> facts = Files.readAttributes(path, "unix:mode,uid,gid");
      int mode = number(facts, "mode");
      int shift =
          number(facts, "uid") == account.uid()
              ? 6
              : account.groups().contains(number(facts, "gid")) ? 3 : 0;
      return (mode >> shift & wanted) == wanted;
    } catch (IOException _) {
      return false;
    }
  }

  private static int number(Map<String, Object> facts, String name) {
    return facts.get(name) instanceof Integer number ? number : -1;
  }
}
