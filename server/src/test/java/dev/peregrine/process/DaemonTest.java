package dev.peregrine.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.process.posix.Posix;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DaemonTest {
  @TempDir Path directory;

  private ProcessSpec shell(String script) {
    return ProcessSpec.of(List.of("sh", "-c", script), Environment.inherited(), directory);
  }

  @Test
  void start_always_leadsASessionAndAppendsToTheFile() throws Exception {
    Path log = Files.writeString(directory.resolve("log"), "before\n");
    Daemon daemon = Daemon.start(shell("echo out; echo err >&2; cat; exec sleep 60"), log);
    Eventually.await(
        "a sleeping leader",
        () ->
            ProcessSnapshot.of(daemon.pid())
                .filter(one -> one.name().equals("sleep") && one.session() == daemon.pid())
                .isPresent());
    assertThat(log).hasContent("before\nout\nerr\n");
    assertThat(daemon.exitStatus()).isEmpty();
    Posix.kill(daemon.pid(), Signal.KILL.number());
    Eventually.await("its end", () -> daemon.exitStatus().isPresent());
    assertThat(daemon.exitStatus()).contains(new ExitStatus.Signalled(9, false));
  }

  @Test
  void start_logThatIsALink_isRefused() throws Exception {
    Path victim = Files.writeString(directory.resolve("victim"), "precious");
    Path link = Files.createSymbolicLink(directory.resolve("log"), victim);
    assertThatThrownBy(() -> Daemon.start(shell("echo x"), link))
        .isInstanceOf(SpawnException.class)
        .hasMessageContaining("a symbolic link");
    assertThat(victim).hasContent("precious");
  }

  @Test
  void ownCommand_always_beginsWithThePathOfJava() throws Exception {
    List<RawString> command = Daemon.ownCommand();
    assertThat(command.getFirst().toString()).startsWith("/").endsWith("/java");
    assertThat(command).hasSizeGreaterThan(1);
  }
}
