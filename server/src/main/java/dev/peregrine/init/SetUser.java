package dev.peregrine.init;

import dev.peregrine.process.Credentials;
import dev.peregrine.process.Environment;
import dev.peregrine.process.Launch;
import dev.peregrine.process.ProcessSpec;
import dev.peregrine.process.RawString;
import dev.peregrine.process.SpawnException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/// `peregrine setuser USER[:GROUP] COMMAND...`: becomes a command that runs as somebody else.
///
/// Programs that give rights to whoever calls them (`sudo`) keep working in the command: it is for
/// the container engine to forbid them, for all of the container.
final class SetUser {
  /// Exit code for all that goes wrong before the command is looked for.
  static final int CANNOT = 125;

  private static final int NOT_FOUND = 127;
  private static final int NOT_EXECUTABLE = 126;

  private static final String HELP =
      """
      Usage: setuser USER[:GROUP] COMMAND [ARGUMENT...]

      Becomes a command that runs as another user: the same process, the same directory and
      open files, no signal blocked or ignored.

      USER and GROUP are names out of /etc/passwd and /etc/group, or numbers, which need not be
      there. Without GROUP the command is in all groups of the user, with it in that one only.
      HOME, USER, LOGNAME, SHELL and UID are those of the user; all else stays.

      Exit codes: 125 the user cannot be switched to, 126 the command cannot be executed, 127 it
      is not there; else the command's own.
      """;

  private SetUser() {}

  /// Does it; returns only to say something and end.
  static Arguments.Said run(Invocation invocation) {
    List<RawString> words = invocation.arguments();
    String first = words.isEmpty() ? "" : words.getFirst().toString();
    if (first.equals("-h") || first.equals("--help")) {
      return new Arguments.Said(HELP, 0);
    }
    if (words.size() < 2 || first.startsWith("-")) {
      return cannot("expected a user and a command; `setuser --help` tells more");
    }
    try {
      Credentials account = account(words.getFirst());
      Environment environment =
          account
              .applyTo(invocation.environment())
              .with("UID", Integer.toUnsignedString(account.uid()));
      List<RawString> command = words.subList(1, words.size());
      return failed(
          first, Launch.become(ProcessSpec.here(command, environment).withCredentials(account)));
    } catch (UnknownAccount e) {
      return cannot(text(e));
    } catch (IOException e) {
      return cannot("accounts cannot be read: " + e.getMessage());
    }
  }

  private static Credentials account(RawString word) throws IOException, UnknownAccount {
    byte[] bytes = word.bytes();
    int colon = 0;
    while (colon < bytes.length && bytes[colon] != ':') {
      colon++;
    }
    RawString user = RawString.of(Arrays.copyOf(bytes, colon));
    Credentials account =
        Credentials.ofUser(user).orElseThrow(() -> new UnknownAccount("user", user, "passwd"));
    if (colon == bytes.length) {
      return account;
    }
    RawString group = RawString.of(Arrays.copyOfRange(bytes, colon + 1, bytes.length));
    return account.inGroup(group).orElseThrow(() -> new UnknownAccount("group", group, "group"));
  }

  private static Arguments.Said failed(String account, SpawnException e) {
    return switch (e.reason()) {
      case CREDENTIALS ->
          cannot(
              e.found()
                  + " (expected root with CAP_SETUID and CAP_SETGID to become "
                  + account
                  + "); start the container as root, or run the command without setuser");
      case NOT_FOUND, INTERPRETER_MISSING -> said(text(e), NOT_FOUND);
      case NOT_EXECUTABLE,
          WORKING_DIRECTORY,
          PROCESS_LIMIT,
          DESCRIPTOR_LIMIT,
          OUT_OF_MEMORY,
          TOO_LARGE,
          CLOSED,
          OTHER ->
          said(text(e), NOT_EXECUTABLE);
    };
  }

  private static String text(Exception e) {
    return String.valueOf(e.getMessage());
  }

  private static Arguments.Said cannot(String text) {
    return said(text, CANNOT);
  }

  private static Arguments.Said said(String text, int code) {
    return new Arguments.Said("setuser: " + text + "\n", code);
  }

  /// There is no such user or group.
  private static final class UnknownAccount extends Exception {
    private static final long serialVersionUID = 1L;

    UnknownAccount(String what, RawString name, String file) {
      super(
          "no "
              + what
              + " '"
              + name
              + "' (expected a name out of /etc/"
              + file
              + ", or a number); make it, or correct the name");
    }
  }
}
