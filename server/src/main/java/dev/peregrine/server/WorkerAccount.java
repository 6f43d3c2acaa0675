package dev.peregrine.server;

import dev.peregrine.app.App;
import dev.peregrine.app.AppConfig;
import dev.peregrine.exchange.FileAccess;
import dev.peregrine.log.EventLog;
import dev.peregrine.process.Credentials;
import dev.peregrine.process.posix.Posix;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Chooses the account that workers run as: the option `user`, else the owner of the start-up file;
/// only root can choose.
final class WorkerAccount {
  private static final int USAGE = 78;

  private WorkerAccount() {}

  /// Empty for the server's own account.
  static Optional<Credentials> choose(AppConfig config, App app, EventLog log) throws StartProblem {
    try {
      Optional<String> user = config.user();
      if (user.isPresent()) {
        return named(user.get());
      }
      if (Posix.uid() != 0) {
        return Optional.empty();
      }
      Path decisive = app.startupFile().orElse(app.root());
      Credentials owner = Credentials.ofOwner(decisive);
      if (owner.isRoot()) {
        log.warn(
            "workers.run_as_root",
            "owner_of",
            decisive,
            "remedy",
            "set user, or give the app to an account of its own");
        return Optional.empty();
      }
      return Optional.of(owner);
    } catch (IOException e) {
      throw new StartProblem(1, "the workers' account cannot be found out: " + e.getMessage());
    }
  }

  /// Files are sent in the workers' name: the server's own rights may go further.
  static FileAccess fileAccess(Optional<Credentials> account) throws StartProblem {
    try {
      return account.isEmpty()
          ? FileAccess.own()
          : FileAccess.as(account.get().uid(), account.get().groups());
    } catch (IOException e) {
      throw new StartProblem(1, "the workers' account cannot be looked up: " + e.getMessage());
    }
  }

  private static Optional<Credentials> named(String user) throws IOException, StartProblem {
    Optional<Credentials> account = Credentials.ofUser(user);
    if (account.isEmpty()) {
      throw new StartProblem(
          USAGE,
          "user: " + user + " (expected an account of this machine); make it or name another");
    }
    if (account.get().uid() == Posix.uid()) {
      return Optional.empty();
    }
    if (Posix.uid() != 0) {
      throw new StartProblem(
          USAGE,
          "user: "
              + user
              + " (expected none, since only root can run workers as somebody else);"
              + " start Peregrine as root or as "
              + user);
    }
    return account;
  }
}
