package dev.peregrine.conformance;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// Many keep-alive clients that send requests one after the other until told to stop, and count
/// what comes back.
final class Load implements AutoCloseable {
  private final int port;
  private final Request request;
  private final AtomicBoolean stops = new AtomicBoolean();
  private final AtomicLong ids = new AtomicLong();
  private final Map<Integer, AtomicLong> statuses = new ConcurrentSkipListMap<>();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final Map<Long, Integer> outcomes = new ConcurrentHashMap<>();
  private final List<Thread> clients = new ArrayList<>();

  private Load(int port, Request request) {
    this.port = port;
    this.request = request;
  }

  /// What request number `id` is.
  interface Request {
    String message(long id);
  }

  static Load gets(int port, int clients, String target) {
    String message = "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    return start(port, clients, id -> message);
  }

  static Load start(int port, int clients, Request request) {
    Load load = new Load(port, request);
    for (int i = 0; i < clients; i++) {
      load.clients.add(Thread.ofVirtual().start(load::runClient));
    }
    return load;
  }

  private void runClient() {
    RawConnection connection = null;
    while (!stops.get()) {
      long id = ids.incrementAndGet();
      try {
        if (connection == null) {
          connection = RawConnection.to(port);
        }
        Answer answer = connection.send(request.message(id)).answer();
        statuses.computeIfAbsent(answer.status(), status -> new AtomicLong()).incrementAndGet();
        outcomes.put(id, answer.status());
        if (answer.isClosing()) {
          connection.close();
          connection = null;
        }
      } catch (UncheckedIOException | AssertionError e) {
        if (!stops.get()) {
          failures.add(id + ": " + e);
        }
        outcomes.put(id, 0);
        connection = closed(connection);
      }
    }
    closed(connection);
  }

  private static RawConnection closed(RawConnection connection) {
    if (connection != null) {
      connection.close();
    }
    return null;
  }

  /// Answers so far.
  long answers() {
    return statuses.values().stream().mapToLong(AtomicLong::get).sum();
  }

  /// Waits until this many more answers have come.
  Load awaitMore(int count) {
    long target = answers() + count;
    Await.until(count + " more answers, got " + this, () -> answers() >= target);
    return this;
  }

  long count(int status) {
    AtomicLong count = statuses.get(status);
    return count == null ? 0 : count.get();
  }

  /// Requests that got an answer other than 200, or none.
  long lost() {
    return answers() - count(200) + failures.size();
  }

  /// Status of each request by number; 0 for none.
  Map<Long, Integer> outcomes() {
    return outcomes;
  }

  /// Lets every client finish the request it is in.
  Load finish() {
    stops.set(true);
    for (Thread client : clients) {
      try {
        client.join(30_000);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    return this;
  }

  @Override
  public void close() {
    finish();
  }

  @Override
  public String toString() {
    List<String> shown = failures.stream().limit(5).toList();
    return "answers " + statuses + ", failures " + failures.size() + " " + shown;
  }
}
