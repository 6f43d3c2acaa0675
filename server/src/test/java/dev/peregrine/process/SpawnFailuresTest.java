package dev.peregrine.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.peregrine.process.SpawnException.Reason;
import dev.peregrine.process.posix.Posix;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpawnFailuresTest {
  private static final Environment ENVIRONMENT = Environment.inherited();
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir Path directory;
  private Processes processes;

  @BeforeEach
  void open() {
    processes = new Processes();
  }

  @AfterEach
  void close() {
    processes.close();
  }

  private ProcessSpec spec(String... command) {
    return ProcessSpec.of(List.of(command), ENVIRONMENT, directory);
  }

  private SpawnException failure(ProcessSpec spec) {
    return catchThrowableOfType(SpawnException.class, () -> processes.run(spec, LONG));
  }

  private Path file(String name, String content, String mode) throws Exception {
    Path file = Files.writeString(directory.resolve(name), content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  @Test
  void start_unknownProgram_namesTheSearchedPath() {
    SpawnException e =
        failure(ProcessSpec.of(List.of("rubi"), ENVIRONMENT.with("PATH", "/a:/b"), directory));
    assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND);
    assertThat(e.shellCode()).isEqualTo(127);
    assertThat(e)
        .hasMessage(
            "rubi: no such program in PATH=/a:/b (expected a program in one of these directories);"
                + " install it, or give its absolute path");
  }

  @Test
  void start_missingFile_namesIt() {
    SpawnException e = failure(spec("/no/such/ruby"));
    assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND);
    assertThat(e.found()).isEqualTo("/no/such/ruby: no such file");
  }

  @Test
  void start_missingInterpreter_namesBoth() throws Exception {
    Path script = file("app", "#!/opt/ruby/bin/ruby -w\nputs 1\n", "rwxr-xr-x");
    SpawnException e = failure(spec(script.toString()));
    assertThat(e.reason()).isEqualTo(Reason.INTERPRETER_MISSING);
    assertThat(e.found())
        .isEqualTo(script + " names the interpreter /opt/ruby/bin/ruby, which does not exist");
    assertThat(e.shellCode()).isEqualTo(127);
  }

  @Test
  void start_windowsLineEnds_saysSo() throws Exception {
    Path script = file("app", "#!/bin/sh\r\necho 1\r\n", "rwxr-xr-x");
    SpawnException e = failure(spec(script.toString()));
    assertThat(e.reason()).isEqualTo(Reason.INTERPRETER_MISSING);
    assertThat(e.found()).isEqualTo(script + ": its first line ends in CR LF");
  }

  @Test
  void start_notExecutable_saysChmod() throws Exception {
    Path script = file("app", "#!/bin/sh\n", "rw-r--r--");
    SpawnException e = failure(spec("./app"));
    assertThat(e.reason()).isEqualTo(Reason.NOT_EXECUTABLE);
    assertThat(e.remedy()).isEqualTo("chmod +x " + directory + "/./app");
    assertThat(e.shellCode()).isEqualTo(126);
    assertThat(failure(spec(script.toString())).found()).isEqualTo(script + " is not executable");
  }

  @Test
  void start_directory_isNoProgram() {
    SpawnException e = failure(spec(directory.toString()));
    assertThat(e.reason()).isEqualTo(Reason.NOT_EXECUTABLE);
    assertThat(e.found()).endsWith("is a directory");
  }

  @Test
  void start_foreignBinary_isNotGivenToTheShell() throws Exception {
    Path binary = file("app", "\u007fELF\0\0\0\0 of another machine", "rwxr-xr-x");
    SpawnException e = failure(spec(binary.toString()));
    assertThat(e.reason()).isEqualTo(Reason.NOT_EXECUTABLE);
    assertThat(e.found()).contains("neither a program for this processor nor a script");
  }

  @Test
  void start_scriptWithoutFirstLine_isRunByTheShell() throws Exception {
    file("app", "echo \"$0 $1\"\n", "rwxr-xr-x");
    assertThat(processes.run(spec("./app", "one"), LONG).stdoutText()).isEqualTo("./app one\n");
  }

  @Test
  void start_programInRelativePathEntry_isFoundFromTheWorkingDirectory() throws Exception {
    Files.createDirectory(directory.resolve("bin"));
    file("bin/tool", "#!/bin/sh\necho found\n", "rwxr-xr-x");
    ProcessSpec spec =
        ProcessSpec.of(List.of("tool"), ENVIRONMENT.with("PATH", "/no:bin:/usr/bin"), directory);
    assertThat(processes.run(spec, LONG).stdoutText()).isEqualTo("found\n");
  }

  @Test
  void start_firstMatchNotExecutable_takesTheNext() throws Exception {
    Files.createDirectory(directory.resolve("a"));
    Files.createDirectory(directory.resolve("b"));
    file("a/tool", "#!/bin/sh\necho a\n", "rw-r--r--");
    file("b/tool", "#!/bin/sh\necho b\n", "rwxr-xr-x");
    ProcessSpec spec = ProcessSpec.of(List.of("tool"), ENVIRONMENT.with("PATH", "a:b"), directory);
    assertThat(processes.run(spec, LONG).stdoutText()).isEqualTo("b\n");
  }

  @Test
  void start_missingDirectory_namesIt() {
    Path missing = directory.resolve("gone");
    SpawnException e = failure(ProcessSpec.of(List.of("true"), ENVIRONMENT, missing));
    assertThat(e.reason()).isEqualTo(Reason.WORKING_DIRECTORY);
    assertThat(e.found()).isEqualTo("working directory " + missing + ": no such file or directory");
  }

  @Test
  void start_tooLongArgument_saysHowLong() {
    SpawnException e = failure(spec("true", "x".repeat(200_000)));
    assertThat(e.reason()).isEqualTo(Reason.TOO_LARGE);
    assertThat(e.found()).contains("200006 bytes of arguments");
  }

  @Test
  void checkMaySwitch_withoutRoot_isRefusedWithTheRemedy() {
    Credentials web =
        new Credentials(
            RawString.of("web"),
            1001,
            1001,
            List.of(1001),
            RawString.of("/"),
            RawString.of("/bin/sh"));
    SpawnException e =
        catchThrowableOfType(SpawnException.class, () -> SpawnFailures.checkMaySwitch(1000, web));
    assertThat(e.reason()).isEqualTo(Reason.CREDENTIALS);
    assertThat(e)
        .hasMessage(
            "cannot run as user web from user id 1000 (expected root, or the same user);"
                + " start the server as root, or remove the option `user`");
  }

  @Test
  void checkOpenFiles_aboveTheHardLimit_isRefused() {
    SpawnException e =
        catchThrowableOfType(SpawnException.class, () -> SpawnFailures.checkOpenFiles(5000, 4096));
    assertThat(e.reason()).isEqualTo(Reason.DESCRIPTOR_LIMIT);
    assertThat(e).hasMessageContaining("at most 4096");
  }

  @Test
  void start_asOtherUser_hasThatUsersRightsOnlyOrIsRefused() throws Exception {
    Credentials nobody = Credentials.ofUser("nobody").orElseThrow();
    ProcessSpec spec =
        ProcessSpec.of(
                List.of("sh", "-c", "cat /proc/self/status; umask; cat /etc/shadow; id -un"),
                ENVIRONMENT,
                Path.of("/"))
            .withCredentials(nobody);
    if (Posix.uid() != 0) {
      assertThat(failure(spec).reason()).isEqualTo(Reason.CREDENTIALS);
      return;
    }
    Processes.RunResult result = processes.run(spec, LONG);
    String ids = (nobody.uid() + "\t").repeat(4).strip();
    String groupIds = (nobody.gid() + "\t").repeat(4).strip();
    assertThat(result.stdoutText())
        .contains("Uid:\t" + ids + "\n")
        .contains("Gid:\t" + groupIds + "\n")
        .contains("Groups:\t" + nobody.gid() + " \n")
        .contains("NoNewPrivs:\t1\n")
        .contains("CapEff:\t0000000000000000\n")
        .contains("CapPrm:\t0000000000000000\n")
        .contains("\n0027\n")
        .endsWith("nobody\n");
    assertThat(result.stderrText()).contains("ermission denied");
    assertThat(processes.run(spec("id", "-u"), LONG).stdoutText()).isEqualTo("0\n");
  }

  @Test
  void start_asOtherUserInAClosedDirectory_saysWhatIsMissing() throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    file("app", "#!/bin/sh\n", "rwxr-xr-x");
    SpawnException e =
        failure(spec("./app").withCredentials(Credentials.ofUser("nobody").orElseThrow()));
    if (Posix.uid() == 0) {
      assertThat(e.reason()).isEqualTo(Reason.NOT_EXECUTABLE);
      assertThat(e.found()).contains("may not be executed as user id");
      assertThat(e.expected()).contains(directory.toString());
    } else {
      assertThat(e.reason()).isEqualTo(Reason.CREDENTIALS);
    }
  }
}
