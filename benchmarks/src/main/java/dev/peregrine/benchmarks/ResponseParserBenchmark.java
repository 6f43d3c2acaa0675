package dev.peregrine.benchmarks;

import dev.peregrine.http.HeadLimits;
import dev.peregrine.http.ResponseHead;
import dev.peregrine.http.h1.ParseResult;
import dev.peregrine.http.h1.ResponseParser;
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

/// The time to parse the head of a worker's response.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ResponseParserBenchmark {
  private final ResponseParser parser = new ResponseParser(HeadLimits.DEFAULT);

  private final ByteBuffer small =
      Wire.buffer("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nContent-Length: 1024\r\n\r\n");

  private final ByteBuffer rails =
      Wire.buffer(
          """
          HTTP/1.1 200 OK\r
          X-Frame-Options: SAMEORIGIN\r
          X-XSS-Protection: 0\r
          X-Content-Type-Options: nosniff\r
          X-Permitted-Cross-Domain-Policies: none\r
          Referrer-Policy: strict-origin-when-cross-origin\r
          Content-Type: text/html; charset=utf-8\r
          ETag: W/"0123456789abcdef0123456789abcdef"\r
          Cache-Control: max-age=0, private, must-revalidate\r
          Set-Cookie: _app_session=0123456789abcdef0123456789abcdef; path=/; HttpOnly; SameSite=Lax\r
          X-Request-Id: 01234567-89ab-cdef-0123-456789abcdef\r
          X-Runtime: 0.012345\r
          Content-Length: 12345\r
          \r
          """);

  /// What the hello app of these benchmarks answers.
  @Benchmark
  public ParseResult<ResponseHead> small() {
    return parser.feed(small.rewind());
  }

  /// What a Rails app answers.
  @Benchmark
  public ParseResult<ResponseHead> rails() {
    return parser.feed(rails.rewind());
  }
}
