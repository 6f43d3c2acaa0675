package dev.peregrine.exchange;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Requests that are sent behind the one that a worker answers. `/gate` holds its worker until the
/// test opens it.
class PrefetchTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path directory;

  private final List<Socket> clients = new ArrayList<>();
  private final CountDownLatch opened = new CountDownLatch(1);
  private final CountDownLatch entered = new CountDownLatch(1);
  private volatile int arrived;
  private volatile boolean isDying;

  @AfterEach
  void hangUp() throws IOException {
    for (Socket client : clients) {
      client.close();
    }
  }

  private void answer(ScriptedApp.Request request, java.io.OutputStream out) throws IOException {
    String path = request.get("PATH_INFO");
    if (path.startsWith("/gate") && !isDying) {
      if (path.equals("/gate/half")) {
        ScriptedApp.reply(out, "HTTP/1.1 200 OK\nContent-Length: 10\n\nfirst");
      }
      entered.countDown();
      while (!isOpen()) {
        arrived = request.in().available();
      }
      if (path.equals("/gate/half")) {
        ScriptedApp.reply(out, "other");
        return;
      }
      if (path.equals("/gate/close")) {
        ScriptedApp.reply(out, "HTTP/1.1 200 OK\nContent-Length: 5\nConnection: close\n\n/gate");
        throw new IOException("closed");
      }
      if (path.equals("/gate/die")) {
        isDying = true;
        throw new IOException("died");
      }
    }
    ScriptedApp.ok(out, path);
  }

  private boolean isOpen() throws IOException {
    try {
      return opened.await(1, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /// A front whose worker has shown that it is quick.
  private TestFront front(int slots) throws Exception {
    TestFront front = TestFront.before(directory, new ScriptedApp(directory, slots, this::answer));
    List<Socket> busy = new ArrayList<>();
    for (int i = 0; i < slots; i++) {
      busy.add(front.connect());
    }
    for (int i = 0; i < 300; i++) {
      for (Socket client : busy) {
        send(client, "GET", "/warm");
      }
      for (Socket client : busy) {
        assertThat(reply(client)).isEqualTo("/warm");
      }
    }
    clients.addAll(busy);
    return front;
  }

  private Socket ask(TestFront front, String method, String path) throws IOException {
    Socket client = front.connect();
    clients.add(client);
    send(client, method, path);
    return client;
  }

  private static void send(Socket client, String method, String path) throws IOException {
    String message = method + " " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
    client.getOutputStream().write(message.getBytes(ISO_8859_1));
  }

  private static String reply(Socket client) throws IOException {
    client.setSoTimeout((int) PATIENCE.toMillis());
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = client.getInputStream().read();
      assertThat(next).as("after %s", head).isNotNegative();
      head.append((char) next);
    }
    assertThat(head.toString()).startsWith("HTTP/1.1 200 ");
    String length = head.toString().replaceAll("(?is).*content-length: (\\d+).*", "$1");
    return new String(client.getInputStream().readNBytes(Integer.parseInt(length)), ISO_8859_1);
  }

  private static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      Thread.onSpinWait();
    }
  }

  @Test
  void request_behindAQuickOne_isSentBeforeThatIsAnswered() throws Exception {
    try (TestFront front = front(1)) {
      Socket gate = ask(front, "GET", "/gate");
      entered.await();
      Socket next = ask(front, "GET", "/next");
      await("a request behind", () -> arrived > 0);
      opened.countDown();

      assertThat(reply(gate)).isEqualTo("/gate");
      assertThat(reply(next)).isEqualTo("/next");
    }
  }

  @Test
  void requests_behindASilentOne_goToAnotherWorker() throws Exception {
    try (TestFront front = front(2)) {
      Socket gate = ask(front, "GET", "/gate");
      entered.await();
      List<Socket> others = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        others.add(ask(front, "GET", "/other/" + i));
      }
      for (int i = 0; i < 20; i++) {
        assertThat(reply(others.get(i))).isEqualTo("/other/" + i);
      }
      opened.countDown();

      assertThat(reply(gate)).isEqualTo("/gate");
      assertThat(reply(ask(front, "GET", "/after"))).isEqualTo("/after");
    }
  }

  @Test
  void requests_behindOneThatEndsTheConnection_areAnsweredOnTheNext() throws Exception {
    try (TestFront front = front(1)) {
      Socket gate = ask(front, "GET", "/gate/close");
      entered.await();
      Socket next = ask(front, "HEAD", "/next");
      Socket last = ask(front, "GET", "/last");
      await("requests behind", () -> arrived > 0);
      opened.countDown();

      assertThat(reply(gate)).isEqualTo("/gate");
      assertThat(reply(last)).isEqualTo("/last");
      assertThat(next.getInputStream().read()).isEqualTo('H');
    }
  }

  @Test
  void requests_behindOneThatIsCutOff_areAnswered() throws Exception {
    try (TestFront front = front(1)) {
      Socket gate = ask(front, "GET", "/gate/die");
      entered.await();
      Socket next = ask(front, "GET", "/next");
      await("a request behind", () -> arrived > 0);
      opened.countDown();

      assertThat(reply(next)).isEqualTo("/next");
      assertThat(reply(gate)).isEqualTo("/gate/die");
    }
  }

  @Test
  void request_behindOneWhoseClientLeft_getsItsOwnAnswer() throws Exception {
    try (TestFront front = front(1)) {
      Socket gate = ask(front, "GET", "/gate");
      entered.await();
      Socket next = ask(front, "GET", "/next");
      await("a request behind", () -> arrived > 0);
      gate.setSoLinger(true, 0);
      gate.close();
      opened.countDown();

      assertThat(reply(next)).isEqualTo("/next");
    }
  }

  @Test
  void request_behindOneWhoseClientLeftInTheMiddle_getsItsOwnAnswer() throws Exception {
    try (TestFront front = front(1)) {
      Socket gate = ask(front, "GET", "/gate/half");
      entered.await();
      Socket next = ask(front, "GET", "/next");
      await("a request behind", () -> arrived > 0);
      gate.setSoLinger(true, 0);
      gate.close();
      opened.countDown();

      assertThat(reply(next)).isEqualTo("/next");
      assertThat(reply(ask(front, "GET", "/after"))).isEqualTo("/after");
    }
  }

  @Test
  void post_waitsForItsTurn_andSoDoWhoComeAfterIt() throws Exception {
    try (TestFront front = front(1)) {
      Socket gate = ask(front, "GET", "/gate");
      entered.await();
      Socket post = ask(front, "POST", "/post");
      await("the post in the queue", () -> front.queued() == 1);
      Socket next = ask(front, "GET", "/next");
      await("both in the queue", () -> front.queued() == 2);
      int behind = arrived;
      opened.countDown();

      assertThat(behind).isZero();
      assertThat(reply(gate)).isEqualTo("/gate");
      assertThat(reply(post)).isEqualTo("/post");
      assertThat(reply(next)).isEqualTo("/next");
    }
  }
}
