package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `peregrine setuser`, in a mount namespace with accounts of its own.
class SetUserTest {
  private static final String ENTER =
      "mount --bind \"$0/passwd\" /etc/passwd; mount --bind \"$0/group\" /etc/group; ";

  private final Path directory = Apps.empty();

  @BeforeEach
  void writeAccounts() throws IOException {
    Files.writeString(
        directory.resolve("passwd"),
        """
        root:x:0:0:root:/root:/bin/bash
        web:x:7001:7002::/srv/web:/bin/dash
        plain:x:7003:7003::/home/plain:
        """);
    Files.writeString(
        directory.resolve("group"),
        "root:x:0:\nweb:x:7002:\nlogs:x:7010:web,plain\nmail:x:7011:web\n");
    Files.createSymbolicLink(directory.resolve("setuser"), Peregrine.EXECUTABLE);
  }

  /// Runs a line of shell, in which `setuser` is the program and `$0` a directory for all.
  private Commands.Outcome shell(String line, String... arguments) {
    String script =
        ENTER + "setuser() { \"" + Peregrine.EXECUTABLE + "\" setuser \"$@\"; }; " + line;
    List<String> command = new ArrayList<>(List.of("unshare", "--mount", "/bin/sh", "-c", script));
    command.add(directory.toString());
    command.addAll(List.of(arguments));
    return Commands.run(command, Map.of(), Path.of("/"));
  }

  private String output(String line) {
    Commands.Outcome outcome = shell(line);
    assertThat(outcome.code()).as(outcome.toString()).isZero();
    return outcome.output().strip();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "web        | 7001 7002 7002 7010 7011",
        "7001       | 7001 7002 7002 7010 7011",
        "plain      | 7003 7003 7003 7010",
        "web:mail   | 7001 7011 7011",
        "web:7999   | 7001 7999 7999",
        "7500       | 7500 7500 7500",
        "7500:0     | 7500 0 0",
        "root       | 0 0 0",
      })
  void setuser_account_hasItsIdsAndNoOthers(String account, String ids) {
    assertThat(output("setuser " + account + " sh -c 'echo $(id -u) $(id -g) $(id -G)'"))
        .isEqualTo(ids);
    assertThat(output("setuser " + account + " grep -E '^(Uid|Gid)' /proc/self/status"))
        .isEqualTo("Uid:" + fourTimes(ids, 0) + "\nGid:" + fourTimes(ids, 1));
  }

  private static String fourTimes(String ids, int index) {
    return ("\t" + ids.split(" ", -1)[index]).repeat(4);
  }

  @ParameterizedTest
  @CsvSource({
    "web, /srv/web web web /bin/dash 7001",
    "plain, /home/plain plain plain /bin/sh 7003",
    "7500, / 7500 7500 /bin/sh 7500"
  })
  void setuser_account_isWhatTheVariablesSay(String account, String variables) {
    assertThat(
            output(
                "export HOME=/root USER=root LOGNAME=root SHELL=/bin/bash UID=0; setuser "
                    + account
                    + " printenv HOME USER LOGNAME SHELL UID | tr '\\n' ' '"))
        .isEqualTo(variables);
  }

  @Test
  void setuser_command_isTheSameProcess() {
    assertThat(
            output(
                "sh -c 'echo $$; exec \""
                    + Peregrine.EXECUTABLE
                    + "\" setuser web sh -c '\"'\"'echo $$'\"'\" | uniq | wc -l"))
        .isEqualTo("1");
  }

  @Test
  void setuser_asALink_isTheSame() {
    assertThat(output("\"$0/setuser\" web id -un")).isEqualTo("web");
  }

  @Test
  void setuser_argumentsAndEnvironment_stayAsTheyAre() {
    Path tool = Peregrine.EXECUTABLE;
    String odd =
        "env -i PATH=\"$PATH\" A.B=\"$(printf '\\377\\303')\" JAVA_TOOL_OPTIONS=-Xx LANG=xx ";
    String listing =
        output(
            odd
                + tool
                + " setuser web sh -c 'tr \"\\0\" \"\\n\" </proc/$$/environ | sort | od -c'");

    assertThat(listing).contains("A   .   B   = 377 303  \\n");
    assertThat(output(odd + tool + " setuser web env | cut -d= -f1 | sort | tr '\\n' ' '"))
        .isEqualTo("A.B HOME JAVA_TOOL_OPTIONS LANG LOGNAME PATH SHELL UID USER");
    assertThat(output("setuser web printf '%s|' '' -- -x \"$(printf '\\377')\" | od -An -c"))
        .isEqualTo("|   -   -   |   -   x   | 377   |");
  }

  @Test
  void setuser_signalsOfTheCommand_areNeitherBlockedNorIgnored() {
    assertThat(
            output(
                "trap '' HUP PIPE USR1; exec env --block-signal=TERM "
                    + Peregrine.EXECUTABLE
                    + " setuser web grep -E 'Sig(Blk|Ign)' /proc/self/status"))
        .isEqualTo("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000");
  }

  @Test
  void setuser_descriptors_areTheCallersAndNoOthers() {
    String links = output("setuser web ls -l /proc/self/fd 7</etc/passwd");

    assertThat(links).contains(" 7 -> ").doesNotContain(".jar", "/modules", "/runtime/", ".aot");
    assertThat(links.lines().filter(line -> line.contains("->"))).hasSize(5); // ls has one open
  }

  @Test
  void setuser_fromRoot_leavesNoCapability() {
    assertThat(output("setuser web grep -E 'Cap(Prm|Eff|Amb)' /proc/self/status | cut -f2 | uniq"))
        .isEqualTo("0000000000000000");
  }

  @Test
  void setuser_textWithoutInterpreter_isRunByTheShell() throws IOException {
    Path script = Files.writeString(directory.resolve("script"), "echo \"$1\"; exit 5\n");
    assertThat(script.toFile().setExecutable(true, false)).isTrue();
    Commands.Outcome outcome = shell("setuser web \"$0/script\" 'a b'");

    assertThat(outcome.code()).isEqualTo(5);
    assertThat(outcome.output()).isEqualTo("a b\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "setuser                               | 125 | expected a user and a command",
        "setuser web                           | 125 | expected a user and a command",
        "setuser --no-such-flag web true       | 125 | expected a user and a command",
        "setuser nobody-here true              | 125 | no user 'nobody-here'",
        "setuser web:nogroup true              | 125 | no group 'nogroup'",
        "setuser 4294967295 true               | 125 | no user '4294967295'",
        "setuser web no-such-program           | 127 | no-such-program: no such program in PATH",
        "setuser web /no/such/program          | 127 | /no/such/program: no such file",
        "setuser web /etc/passwd               | 126 | /etc/passwd is not executable",
        "setuser web /etc                      | 126 | /etc is a directory",
        "setuser web sh -c 'exit 42'           | 42  | ''",
      })
  void setuser_exitCode_tellsWhoFailed(String line, int code, String message) {
    Commands.Outcome outcome = shell(line);

    assertThat(outcome.code()).as(outcome.toString()).isEqualTo(code);
    assertThat(outcome.errors()).contains(message).doesNotContain("\tat ");
    assertThat(outcome.errors().lines()).hasSizeLessThan(2);
  }

  @Test
  void setuser_withoutRoot_worksForItselfAndRefusesOthers() {
    String self = "setpriv --reuid 7001 --regid 7002 --groups 7010,7011 " + Peregrine.EXECUTABLE;

    assertThat(output(self + " setuser web id -un")).isEqualTo("web");
    Commands.Outcome refused = shell(self + " setuser plain id");
    assertThat(refused.code()).isEqualTo(125);
    assertThat(refused.errors())
        .contains("to become plain")
        .contains("start the container as root");
  }
}
