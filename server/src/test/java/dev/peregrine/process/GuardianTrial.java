package dev.peregrine.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// A server in small, for tests that kill it: starts children, prints their ids, and waits.
final class GuardianTrial {
  private GuardianTrial() {}

  public static void main(String[] arguments) throws Exception {
    Processes processes = new Processes();
    StringBuilder line = new StringBuilder("children");
    for (String script : List.of("trap '' TERM HUP; sleep 300", "sleep 300", "kill -STOP $$")) {
      ProcessSpec spec =
          ProcessSpec.of(
              List.of("sh", "-c", "sleep 300 & " + script), Environment.inherited(), Path.of("/"));
      ChildProcess child = processes.start(spec, new RecordingListener());
      line.append(' ').append(child.pid());
    }
    ProcessSpec ended = ProcessSpec.of(List.of("true"), Environment.inherited(), Path.of("/"));
    processes.run(ended, Duration.ofSeconds(5));
    System.out.println(line + " end");
    System.out.flush();
    if (arguments[0].equals("close")) {
      processes.close();
    } else if (arguments[0].equals("wait")) {
      Thread.currentThread().join();
    }
  }
}
