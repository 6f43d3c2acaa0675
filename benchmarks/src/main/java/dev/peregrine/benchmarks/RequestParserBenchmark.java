package dev.peregrine.benchmarks;

import dev.peregrine.http.HeadLimits;
import dev.peregrine.http.RequestHead;
import dev.peregrine.http.h1.ParseResult;
import dev.peregrine.http.h1.RequestParser;
import java.nio.ByteBuffer;
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

/// The time to parse the head of a request, whole and in two pieces.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class RequestParserBenchmark {
  private final RequestParser parser = new RequestParser(HeadLimits.DEFAULT);

  private final ByteBuffer small = Wire.buffer("GET / HTTP/1.1\r\nHost: 127.0.0.1:3000\r\n\r\n");

  private final ByteBuffer browser = Wire.buffer(Wire.BROWSER + "\r\n");

  /// What `wrk` sends.
  @Benchmark
  public ParseResult<RequestHead> small() {
    return parser.feed(small.rewind());
  }

  /// What a browser sends.
  @Benchmark
  public ParseResult<RequestHead> browser() {
    return parser.feed(browser.rewind());
  }

  /// What a browser sends, cut in the middle of a field line.
  @Benchmark
  public ParseResult<RequestHead> browserInTwoPieces() {
    int end = browser.capacity();
    parser.feed(browser.rewind().limit(end / 2));
    return parser.feed(browser.limit(end));
  }
}
