package dev.peregrine.admin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.peregrine.cache.Answered;
import dev.peregrine.cache.Arrival;
import dev.peregrine.cache.CachePolicy;
import dev.peregrine.cache.CacheProbe;
import dev.peregrine.cache.ContentWriter;
import dev.peregrine.cache.RequestVerdict;
import dev.peregrine.cache.ResponseStore;
import dev.peregrine.cache.Scheme;
import dev.peregrine.cache.StoreVerdict;
import dev.peregrine.cache.StoredContent;
import dev.peregrine.cache.Times;
import dev.peregrine.cache.Trust;
import dev.peregrine.http.Heads;
import dev.peregrine.http.RequestHead;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// A listener that does with requests what the server does, in short: answers from the store, or
/// has a scripted app answer and stores that.
final class FakeFront implements AutoCloseable {
  private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final CachePolicy policy;
  private final ResponseStore store;
  final Map<String, String> pages = new ConcurrentHashMap<>();
  final List<String> asked = new CopyOnWriteArrayList<>();

  FakeFront(CachePolicy policy, ResponseStore store) throws IOException {
    this.policy = policy;
    this.store = store;
    Thread.ofVirtual().start(this::accept);
  }

  String address() {
    return "http://127.0.0.1:" + listener.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        try (Socket socket = listener.accept()) {
          socket.getOutputStream().write(answer(head(socket)).getBytes(ISO_8859_1));
        }
      }
    } catch (IOException _) {
      // closed
    }
  }

  private static String head(Socket socket) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
    StringBuilder head = new StringBuilder();
    for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
      head.append(line).append('\n');
    }
    return head.toString();
  }

  private String answer(String text) {
    RequestHead request = Heads.request(text);
    asked.add(text);
    Arrival arrival = Arrival.of(Scheme.HTTP, Trust.UNTRUSTED, Trust.UNTRUSTED);
    CacheProbe probe = store.probes().find(String.valueOf(request.fields().first("x-request-id")));
    String page = pages.get(request.target());
    if (probe == null || page == null) {
      return "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
    }
    probe.arrived(request, arrival);
    RequestVerdict verdict = policy.judge(request, arrival);
    boolean isPast = probe.route() == CacheProbe.Route.PAST_CACHE;
    if (!isPast
        && verdict instanceof RequestVerdict.Lookup(var key, var _)
        && store.find(key, request) != null) {
      return "HTTP/1.1 200 OK\r\nCache-Status: Peregrine; hit\r\nContent-Length: 0\r\n\r\n";
    }
    long now = System.nanoTime();
    Times times = new Times(now, now, System.currentTimeMillis());
    var response = Heads.response(page.substring(0, page.indexOf("\n\n")));
    probe.answered(response, times);
    if (!isPast
        && verdict instanceof RequestVerdict.Lookup lookup
        && policy.judge(new Answered(request, lookup, response, times))
            instanceof StoreVerdict.Store(var head)) {
      store.put(lookup.key(), head, content(page), store.generation());
    }
    return page.replace("\n", "\r\n");
  }

  private StoredContent content(String page) {
    ContentWriter writer = store.writer();
    writer.write(ByteBuffer.wrap(page.substring(page.indexOf("\n\n") + 2).getBytes(ISO_8859_1)));
    StoredContent content = writer.finish();
    if (content == null) {
      throw new IllegalStateException("no memory");
    }
    return content;
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
