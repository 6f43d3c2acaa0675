package dev.peregrine.benchmarks;

import dev.peregrine.cache.Answered;
import dev.peregrine.cache.Arrival;
import dev.peregrine.cache.CacheConfig;
import dev.peregrine.cache.CachePolicy;
import dev.peregrine.cache.Decision;
import dev.peregrine.cache.RequestVerdict;
import dev.peregrine.cache.Scheme;
import dev.peregrine.cache.Selected;
import dev.peregrine.cache.StoreVerdict;
import dev.peregrine.cache.StoredHead;
import dev.peregrine.cache.Times;
import dev.peregrine.cache.Trust;
import dev.peregrine.http.HeadLimits;
import dev.peregrine.http.RequestHead;
import dev.peregrine.http.ResponseHead;
import dev.peregrine.http.h1.ParseResult;
import dev.peregrine.http.h1.RequestParser;
import dev.peregrine.http.h1.ResponseParser;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/// The time that the policy takes of a hit: key, variant, decision, what of it is sent; and of a
/// response that is judged.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class CachePolicyBenchmark {
  private static final String RESPONSE =
      """
      HTTP/1.1 200 OK\r
      Content-Type: text/html; charset=utf-8\r
      Content-Length: 1024\r
      Cache-Control: public, max-age=60, stale-while-revalidate=30\r
      ETag: "0123456789abcdef"\r
      Date: Sun, 06 Nov 1994 08:49:37 GMT\r
      Vary: Accept-Encoding\r
      \r
      """;

  private final Arrival arrival = Arrival.of(Scheme.HTTP, Trust.UNTRUSTED, Trust.UNTRUSTED);
  private final CachePolicy policy = new CachePolicy(config(List.of()), 42);
  private final CachePolicy byCookie = new CachePolicy(config(List.of("theme")), 42);
  private final RequestHead small = request("GET / HTTP/1.1\r\nHost: 127.0.0.1:3000\r\n\r\n");
  private final RequestHead browser = request(Wire.BROWSER + "\r\n");
  private final RequestHead conditional =
      request(Wire.BROWSER + "If-None-Match: \"0123456789abcdef\"\r\n\r\n");
  private final RequestHead otherOrder =
      request(Wire.BROWSER.replace("gzip, deflate, br", "br, gzip,deflate") + "\r\n");
  private final ResponseHead response = response(RESPONSE);
  private final StoredHead stored = stored(browser);
  private final StoredHead storedForSmall = stored(small);
  private long now = 1_000_000;

  /// What `wrk` sends, answered from the cache.
  @Benchmark
  public void small(Blackhole sink) {
    hit(policy, small, storedForSmall, sink);
  }

  /// What a browser sends, with a variant by `Accept-Encoding`.
  @Benchmark
  public void browser(Blackhole sink) {
    hit(policy, browser, stored, sink);
  }

  /// The same, with a cookie in the key.
  @Benchmark
  public void browserByCookie(Blackhole sink) {
    hit(byCookie, browser, stored, sink);
  }

  /// The same, with `Accept-Encoding` in another order than in the request that was stored.
  @Benchmark
  public void browserInOtherOrder(Blackhole sink) {
    hit(policy, otherOrder, stored, sink);
  }

  /// The same with a condition, answered 304.
  @Benchmark
  public void conditional(Blackhole sink) {
    hit(policy, conditional, stored, sink);
  }

  /// A response is judged and its head made ready for the store.
  @Benchmark
  public StoreVerdict judge() {
    RequestVerdict.Lookup lookup = (RequestVerdict.Lookup) policy.judge(browser, arrival);
    return policy.judge(new Answered(browser, lookup, response, new Times(now, now++, 0)));
  }

  private void hit(CachePolicy with, RequestHead head, StoredHead found, Blackhole sink) {
    RequestVerdict verdict = with.judge(head, arrival);
    if (verdict instanceof RequestVerdict.Lookup lookup) {
      sink.consume(lookup.key());
      sink.consume(found.selects(head));
      Decision decision = with.decide(lookup.directives(), found, now++);
      sink.consume(decision);
      Selected selected = with.select(head, found, 1024, 784_111_777);
      sink.consume(selected);
    } else {
      throw new IllegalStateException(verdict.toString());
    }
  }

  private StoredHead stored(RequestHead head) {
    RequestVerdict.Lookup lookup = (RequestVerdict.Lookup) policy.judge(head, arrival);
    Times times = new Times(now, now, 784_111_777_000L);
    return ((StoreVerdict.Store) policy.judge(new Answered(head, lookup, response, times))).head();
  }

  private static CacheConfig config(List<String> cookies) {
    return new CacheConfig(
        true,
        64 << 20,
        1 << 20,
        16,
        false,
        false,
        CacheConfig.ClientDirectives.TRUSTED,
        List.of(),
        cookies,
        List.of(),
        false,
        List.of(),
        Duration.ZERO);
  }

  private static RequestHead request(String text) {
    ParseResult<RequestHead> result = new RequestParser(HeadLimits.DEFAULT).feed(Wire.buffer(text));
    return ((ParseResult.Parsed<RequestHead>) result).head();
  }

  private static ResponseHead response(String text) {
    ParseResult<ResponseHead> result =
        new ResponseParser(HeadLimits.DEFAULT).feed(Wire.buffer(text));
    return ((ParseResult.Parsed<ResponseHead>) result).head();
  }
}
