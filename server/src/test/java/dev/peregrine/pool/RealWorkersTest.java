package dev.peregrine.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.pool.StartFailure.Category;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The pool over real Ruby, Python, Node.js and generic workers.
@Timeout(120)
final class RealWorkersTest {
  private static final String RACK =
      "run ->(env) { [200, {'content-type' => 'text/plain', 'content-length' => '4'}, ['rack']] }";
  private static final String WSGI =
      """
      def application(environ, start_response):
          start_response("200 OK", [("Content-Length", "4")])
          return [b"wsgi"]
      """;
  private static final String NODE =
      "require('http').createServer((q, s) => s.end('node')).listen(3000)";

  @Test
  void start_rubyApp_answers() throws Exception {
    try (RealPool real = pool(1, 1).file("config.ru", RACK).start()) {
      assertThat(real.get("/")).isEqualTo("rack");
      assertThat(real.pool().status().workers().getFirst().runtime()).contains("ruby");
    }
  }

  @Test
  void start_pythonApp_answers() throws Exception {
    try (RealPool real = pool(1, 1).file("wsgi.py", WSGI).start()) {
      assertThat(real.get("/")).isEqualTo("wsgi");
    }
  }

  @Test
  void start_nodeApp_answers() throws Exception {
    try (RealPool real = pool(1, 1).file("app.js", NODE).start()) {
      assertThat(real.get("/")).contains("node");
    }
  }

  @Test
  void start_genericApp_answersOnItsPort() throws Exception {
    try (RealPool real =
        pool(1, 1)
            .file("index.html", "generic")
            .command("python3 -m http.server --bind 127.0.0.1 $PORT")
            .start()) {
      assertThat(real.get("/index.html")).isEqualTo("generic");
    }
  }

  @Test
  void close_workersRunning_leavesNoProcess() throws Exception {
    int pid;
    try (RealPool real = pool(1, 1).file("app.js", NODE).start()) {
      Lease lease = real.lease();
      pid = lease.pid();
      lease.release();
    }
    assertThat(RealPool.isAlive(pid)).isFalse();
  }

  @Test
  void kill_oneByOne_replacesEach() throws Exception {
    try (RealPool real = pool(1, 1).file("wsgi.py", WSGI).start()) {
      List<Integer> pids = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        assertThat(real.get("/")).isEqualTo("wsgi");
        Lease lease = real.lease();
        lease.release();
        pids.add(lease.pid());
        real.signal("KILL", lease.pid());
        RealPool.await(() -> isGone(real, lease.pid()));
      }
      assertThat(pids).doesNotHaveDuplicates();
      assertThat(real.get("/")).isEqualTo("wsgi");
    }
  }

  @Test
  void kill_allAtOnce_nextRequestWaitsForReplacement() throws Exception {
    try (RealPool real = pool(2, 2).file("wsgi.py", WSGI).start()) {
      RealPool.await(() -> real.pool().status().slots() == 2);
      assertThat(real.get("/")).isEqualTo("wsgi");
      for (PoolStatus.WorkerStatus worker : real.pool().status().workers()) {
        real.signal("KILL", worker.pid().orElseThrow());
      }
      RealPool.await(() -> real.pool().status().counters().exits() == 2);
      assertThat(real.get("/")).isEqualTo("wsgi");
    }
  }

  @Test
  void stop_workerStoppedBySignal_isReplaced() throws Exception {
    try (RealPool real = pool(1, 1).file("wsgi.py", WSGI).start()) {
      Lease lease = real.lease();
      lease.release();
      real.signal("STOP", lease.pid());
      RealPool.await(() -> isGone(real, lease.pid()));
      assertThat(real.get("/")).isEqualTo("wsgi");
      assertThat(real.events()).anyMatch(event -> event.contains("stopped by a signal"));
    }
  }

  @Test
  void start_rubyAppRaises_tellsBacktrace() throws Exception {
    try (RealPool real =
        pool(1, 1).file("config.ru", "puts 'hello'\nraise 'no database'").start()) {
      StartFailure failure = real.failure();
      assertThat(failure.category()).isEqualTo(Category.APP_ERROR);
      assertThat(failure.summary()).contains("no database");
      assertThat(failure.backtrace()).anyMatch(line -> line.contains("config.ru:2"));
      assertThat(failure.output()).contains("hello");
      assertThat(failure.failedStep().orElseThrow().name()).isEqualTo("load_app");
    }
  }

  @Test
  void start_rubySyntaxError_isNamed() throws Exception {
    try (RealPool real = pool(1, 1).file("config.ru", "run ->(env) { [").start()) {
      assertThat(real.failure().category()).isEqualTo(Category.SYNTAX_ERROR);
    }
  }

  @Test
  void start_rubyGemMissing_saysHowToInstall() throws Exception {
    try (RealPool real = pool(1, 1).file("config.ru", "require 'nosuchgem/base'").start()) {
      StartFailure failure = real.failure();
      assertThat(failure.category()).isEqualTo(Category.MISSING_DEPENDENCY);
      assertThat(failure.remedy()).contains("gem install nosuchgem");
    }
  }

  @Test
  void start_pythonModuleMissing_saysHowToInstall() throws Exception {
    String app = "application = None\nimport nosuchmodule.sub\n";
    try (RealPool real = pool(1, 1).file("wsgi.py", app).start()) {
      StartFailure failure = real.failure();
      assertThat(failure.category()).isEqualTo(Category.MISSING_DEPENDENCY);
      assertThat(failure.remedy()).contains("pip install nosuchmodule");
    }
  }

  @Test
  void start_nodeModuleMissing_saysHowToInstall() throws Exception {
    try (RealPool real = pool(1, 1).file("app.js", "require('nosuchpackage')").start()) {
      StartFailure failure = real.failure();
      assertThat(failure.category()).isEqualTo(Category.MISSING_DEPENDENCY);
      assertThat(failure.remedy()).contains("npm install nosuchpackage");
    }
  }

  @Test
  void start_genericCommandExits_tellsStatus() throws Exception {
    try (RealPool real = pool(1, 1).command("echo out; echo bad >&2; exit 3").start()) {
      StartFailure failure = real.failure();
      assertThat(failure.category()).isEqualTo(Category.EXIT);
      assertThat(failure.exit().orElseThrow()).contains("3");
      assertThat(failure.output()).contains("out", "bad");
    }
  }

  @Test
  void start_genericCommandMissing_saysWhatToInstall() throws Exception {
    try (RealPool real = pool(1, 1).command("nosuchcommand --port $PORT").start()) {
      assertThat(real.failure().remedy()).contains("Install nosuchcommand");
    }
  }

  @Test
  void start_appHangs_isEndedWithItsGroup() throws Exception {
    try (RealPool real =
        pool(1, 1).command("sleep 987 & echo child $!; echo self $$; wait").start()) {
      StartFailure failure = real.failure();
      assertThat(failure.category()).isEqualTo(Category.TIMEOUT);
      assertThat(failure.output()).hasSize(2);
      for (String line : failure.output()) {
        int pid = Integer.parseInt(line.split(" ", 2)[1]);
        RealPool.await(() -> !RealPool.isAlive(pid));
      }
    }
  }

  @Test
  void start_rubyAppHangs_tellsWhere() throws Exception {
    try (RealPool real =
        pool(1, 1).file("config.ru", "def wait_here\n sleep\nend\nwait_here").start()) {
      StartFailure failure = real.failure();
      assertThat(failure.category()).isEqualTo(Category.TIMEOUT);
      assertThat(failure.backtrace()).anyMatch(line -> line.contains("wait_here"));
    }
  }

  @Test
  void start_pythonAppHangs_tellsWhere() throws Exception {
    String app = "import time\ndef wait_here():\n  time.sleep(99)\nwait_here()\napplication = 1\n";
    try (RealPool real = pool(1, 1).file("wsgi.py", app).start()) {
      StartFailure failure = real.failure();
      assertThat(failure.category()).isEqualTo(Category.TIMEOUT);
      assertThat(failure.backtrace()).anyMatch(line -> line.contains("wait_here"));
    }
  }

  @Test
  void start_fails_masksSecrets() throws Exception {
    try (RealPool real =
        pool(1, 1)
            .command("exit 1")
            .variable("MY_SECRET", "hidden1")
            .variable("REDIS_URL", "redis://user:hidden2@host/0")
            .start()) {
      assertThat(real.failure().environment().toString())
          .contains("MY_SECRET=[masked]", "redis://[masked]@host/0")
          .doesNotContain("hidden1", "hidden2");
    }
  }

  @Test
  void restart_newVersion_replacesWorkers() throws Exception {
    try (RealPool real = pool(2, 2).file("wsgi.py", WSGI).start()) {
      RealPool.await(() -> real.pool().status().slots() == 2);
      real.file("wsgi.py", WSGI.replace("wsgi", "next"));
      assertThat(real.pool().restart(true)).isInstanceOf(RestartResult.Restarted.class);
      assertThat(real.get("/")).isEqualTo("next");
      assertThat(real.get("/")).isEqualTo("next");
    }
  }

  @Test
  void restart_brokenVersion_keepsOldOne() throws Exception {
    try (RealPool real = pool(1, 1).file("wsgi.py", WSGI).start()) {
      assertThat(real.get("/")).isEqualTo("wsgi");
      real.file("wsgi.py", "application = (");
      RestartResult result = real.pool().restart(true);
      assertThat(result)
          .isInstanceOfSatisfying(
              RestartResult.Failed.class, failed -> assertThat(failed.oldKept()).isEqualTo(1));
      assertThat(real.get("/")).isEqualTo("wsgi");
      real.file("wsgi.py", WSGI.replace("wsgi", "good"));
      assertThat(real.pool().restart(true)).isInstanceOf(RestartResult.Restarted.class);
      assertThat(real.get("/")).isEqualTo("good");
    }
  }

  @Test
  void drain_requestRunning_waitsForIt() throws Exception {
    try (RealPool real = pool(1, 1).file("wsgi.py", WSGI).start()) {
      Lease lease = real.lease();
      assertThat(real.pool().drain(Duration.ofMillis(100))).isFalse();
      assertThat(WorkerClient.get(lease, "/")).isEqualTo("wsgi");
      lease.release();
      assertThat(real.pool().drain(Duration.ofSeconds(5))).isTrue();
    }
  }

  private static boolean isGone(RealPool real, int pid) {
    return real.pool().status().workers().stream()
        .noneMatch(worker -> worker.pid().orElse(0) == pid);
  }

  private static RealPool pool(int min, int max) throws Exception {
    PoolConfig config =
        TestPools.config().instances(min, max).startTimeout(Duration.ofSeconds(3)).build();
    return new RealPool(config);
  }
}
