package dev.peregrine.benchmarks;

import dev.peregrine.http.HeadLimits;
import dev.peregrine.http.h1.ChunkedDecoder;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// The time to decode 64 KiB of chunked content.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ChunkedDecoderBenchmark {
  private static final int CONTENT = 65_536;

  /// Bytes in one chunk.
  @Param({"64", "1024", "16384"})
  public int chunk;

  private ByteBuffer content = ByteBuffer.allocate(0);

  /// Writes the content once.
  @Setup
  public void write() {
    String one = Integer.toHexString(chunk) + "\r\n" + "x".repeat(chunk) + "\r\n";
    content = Wire.buffer(one.repeat(CONTENT / chunk) + "0\r\n\r\n");
  }

  /// Returns the number of bytes of content found.
  @Benchmark
  public int decode() {
    ChunkedDecoder decoder = new ChunkedDecoder(HeadLimits.DEFAULT);
    ByteBuffer in = content.rewind();
    int found = 0;
    while (decoder.next(in) == ChunkedDecoder.Event.DATA) {
      found += decoder.dataLength();
    }
    return found;
  }
}
