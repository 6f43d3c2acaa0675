package dev.peregrine.exchange;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
  void closeAll() throws IOException {
    for (Socket client : clients) {
      client.close();
    }
  }

  private void answer(ScriptedApp.Request request, OutputStream out) throws IOException {
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

  /// A request that holds the worker.
  private Socket askAtGate(TestFront front, String path) throws Exception {
    Socket gate = ask(front, "GET", path);
    entered.await();
    return gate;
  }

  private static void hangUp(Socket client) throws IOException {
    client.setSoLinger(true, 0);
    client.close();
  }

  /// A request that is at the worker behind the one that holds it.
  private Socket askBehind(TestFront front, String path) throws IOException {
    Socket next = ask(front, "GET", path);
    TestFront.await(() -> arrived, found -> found > 0, "a request behind");
    return next;
  }

  @Test
  void request_behindAQuickOne_isSentBeforeThatIsAnswered() throws Exception {
    try (TestFront front = front(1)) {
      Socket gate = askAtGate(front, "/gate");
      Socket next = askBehind(front, "/next");
      opened.countDown();

      assertThat(reply(gate)).isEqualTo("/gate");
      assertThat(reply(next)).isEqualTo("/next");
    }
  }

  @Test
  void requests_behindASilentOne_goToAnotherWorker() throws Exception {
    try (TestFront front = front(2)) {
      Socket gate = askAtGate(front, "/gate");
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
      Socket gate = askAtGate(front, "/gate/close");
      Socket next = ask(front, "HEAD", "/next");
      Socket last = askBehind(front, "/last");
      opened.countDown();

      assertThat(reply(gate)).isEqualTo("/gate");
      assertThat(reply(last)).isEqualTo("/last");
      assertThat(next.getInputStream().read()).isEqualTo('H');
    }
  }

  @Test
  void requests_behindOneThatIsCutOff_areAnswered() throws Exception {
    try (TestFront front = front(1)) {
      Socket gate = askAtGate(front, "/gate/die");
      Socket next = askBehind(front, "/next");
      opened.countDown();

      assertThat(reply(next)).isEqualTo("/next");
      assertThat(reply(gate)).isEqualTo("/gate/die");
    }
  }

  @Test
  void request_behindOneWhoseClientLeft_getsItsOwnAnswer() throws Exception {
    try (TestFront front = front(1)) {
      Socket gate = askAtGate(front, "/gate");
      Socket next = askBehind(front, "/next");
      hangUp(gate);
      opened.countDown();

      assertThat(reply(next)).isEqualTo("/next");
    }
  }

  @Test
  void request_behindOneWhoseClientLeftInTheMiddle_getsItsOwnAnswer() throws Exception {
    try (TestFront front = front(1)) {
      Socket gate = askAtGate(front, "/gate/half");
      Socket next = askBehind(front, "/next");
      hangUp(gate);
      opened.countDown();

      assertThat(reply(next)).isEqualTo("/next");
      assertThat(reply(ask(front, "GET", "/after"))).isEqualTo("/after");
    }
  }

  @Test
  void request_leftByItsClientAndByTheOneBehind_costsNoSlot() throws Exception {
    try (TestFront front = front(1)) {
      Socket gate = askAtGate(front, "/gate/half");
      Socket next = askBehind(front, "/next");
      hangUp(gate);
      front.awaitAtHand(1);
      opened.countDown();

      assertThat(reply(next)).isEqualTo("/next");
    }
  }

  @Test
  void post_waitsForItsTurn_andSoDoWhoComeAfterIt() throws Exception {
    try (TestFront front = front(1)) {
      Socket gate = askAtGate(front, "/gate");
      Socket post = ask(front, "POST", "/post");
      front.awaitQueued(1);
      Socket next = ask(front, "GET", "/next");
      front.awaitQueued(2);
      int behind = arrived;
      opened.countDown();

      assertThat(behind).isZero();
      assertThat(reply(gate)).isEqualTo("/gate");
      assertThat(reply(post)).isEqualTo("/post");
      assertThat(reply(next)).isEqualTo("/next");
    }
  }
}
