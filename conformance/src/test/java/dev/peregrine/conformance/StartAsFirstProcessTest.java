package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// `peregrine start` as process 1 of a container has the duties of an init.
class StartAsFirstProcessTest {
  /// Leaves orphans behind: some end at once, one needs a while after TERM.
  private static final String APP =
      """
      import subprocess
      for _ in range(20):
          subprocess.call(["sh", "-c", "true & exit 0"])
      subprocess.call(["sh", "-c", '''setsid sh -c 'trap "sleep 0.3; echo late >/shared/marker; exit" TERM
        echo armed >/shared/armed; while :; do sleep 0.02; done' >/dev/null 2>&1 & exit 0'''])
      def application(environ, start_response):
          start_response("200 OK", [("content-type", "text/plain")])
          return [b"hello"]
      """;

  @Test
  void term_strayOfTheApp_getsItsTimeAndNobodyIsAZombie() {
    try (Container container = serving()) {
      Await.until(
          "the app has left a stray; " + container.errors(),
          () -> container.text("armed").startsWith("armed"));
      long pid = container.pid();
      Await.until(
          "no zombie is left", () -> Procs.children(pid).stream().noneMatch(Procs::isZombie));
      container.signal("TERM");
      assertThat(container.await().code()).isZero();
      assertThat(container.text("marker")).isEqualTo("late\n");
    }
  }

  @Test
  void term_whileItStarts_isNotLost() {
    try (Container container = serving()) {
      long pid = container.pid();
      Await.until("the launcher holds signals back or Java takes them", () -> Procs.heedsTerm(pid));
      container.signal("TERM");
      Container.Ended ended = container.await();
      assertThat(ended.code()).as(ended.both()).isIn(0, 1); // 1: it had not come up yet
    }
  }

  private static Container serving() {
    return Container.of(
            Container.PRODUCT + " start /srv/app --address 127.0.0.1 --port 8080 --min-instances 1")
        .program("/srv/app/passenger_wsgi.py", APP)
        .before("export PEREGRINE_INSTANCE_DIR=/run/instance;")
        .start();
  }
}
