package dev.peregrine.cache;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.peregrine.http.Heads;
import dev.peregrine.http.RequestHead;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// A store with its policy, spoken to in texts.
final class StoreTrial implements AutoCloseable {
  private static final Arrival ARRIVAL = Arrival.of(Scheme.HTTP, Trust.UNTRUSTED, Trust.UNTRUSTED);

  final CheckedMemory source = new CheckedMemory();
  final CachePolicy policy;
  final ResponseStore store;

  StoreTrial(long maxBytes) {
    this(maxBytes, 8, Runnable::run);
  }

  StoreTrial(long maxBytes, int maxVariants, Executor executor) {
    this(maxBytes, maxBytes, maxVariants, executor);
  }

  StoreTrial(long maxBytes, long heapBytes, int maxVariants, Executor executor) {
    CacheConfig config =
        new CacheConfig(
            true,
            maxBytes,
            1 << 20,
            maxVariants,
            false,
            false,
            CacheConfig.ClientDirectives.ALL,
            List.of(),
            List.of("user"),
            List.of(),
            false,
            List.of(),
            Duration.ZERO);
    policy = new CachePolicy(config, 42);
    store = new ResponseStore(config, source, executor, heapBytes);
  }

  /// A GET for `http://HOST/PATH` with further field lines.
  static RequestHead get(String url, String... lines) {
    int path = url.indexOf('/');
    return Heads.request(
        "GET "
            + url.substring(path)
            + " HTTP/1.1\nHost: "
            + url.substring(0, path)
            + "\n"
            + String.join("\n", lines));
  }

  RequestVerdict.Lookup lookup(RequestHead request) {
    return (RequestVerdict.Lookup) policy.judge(request, ARRIVAL);
  }

  CacheKey key(String url, String... lines) {
    return lookup(get(url, lines)).key();
  }

  /// The head stored of a response that is fresh for an hour.
  StoredHead head(RequestHead request, String... lines) {
    String text =
        "HTTP/1.1 200 OK\nCache-Control: max-age=3600\nContent-Length: 1\n"
            + String.join("\n", lines);
    long now = System.nanoTime();
    Answered answered =
        new Answered(request, lookup(request), Heads.response(text), new Times(now, now, 0));
    return ((StoreVerdict.Store) policy.judge(answered)).head();
  }

  StoredContent content(String text) {
    ContentWriter writer = store.writer();
    writer.write(ByteBuffer.wrap(text.getBytes(ISO_8859_1)));
    return Objects.requireNonNull(writer.finish(), "no memory");
  }

  @Nullable StoredResponse put(RequestHead request, String content, String... lines) {
    return put(request, content, store.generation(), lines);
  }

  @Nullable StoredResponse put(
      RequestHead request, String content, long generation, String... lines) {
    return store.put(lookup(request).key(), head(request, lines), content(content), generation);
  }

  @Nullable StoredResponse find(RequestHead request) {
    return store.find(lookup(request).key(), request);
  }

  /// The content found for a request, `-` if there is none.
  String found(RequestHead request) {
    StoredResponse response = find(request);
    if (response == null || !response.content().tryRetain()) {
      return "-";
    }
    String text = ISO_8859_1.decode(response.content().buffer()).toString();
    response.content().release();
    return text;
  }

  boolean isFresh(RequestHead request) {
    StoredResponse response = find(request);
    return response != null && response.head().isFresh(System.nanoTime());
  }

  @Override
  public void close() {
    store.close();
  }
}
