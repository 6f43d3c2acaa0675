package dev.peregrine.listen;

import static dev.peregrine.listen.TestListener.answer;
import static dev.peregrine.listen.TestListener.readAll;
import static dev.peregrine.listen.TestListener.readHead;
import static dev.peregrine.listen.TestListener.send;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ConnectionFaultsTest {
  /// More than the kernel's buffers of a loopback connection take.
  private static final int LARGE = 24 << 20;

  private static final String GET = "GET / HTTP/1.1\nHost: x\n\n";
  private static final String LARGE_GET = "GET /large HTTP/1.1\nHost: x\n\n";

  private static void byPath(ClientStream stream) {
    answer(stream, stream.head().path().equals("/large") ? new byte[LARGE] : new byte[0]);
  }

  @Test
  void connection_downloadLongerThanTheIdleLimit_isNotCut() throws Exception {
    try (TestListener front =
            new TestListener(
                limits -> limits.withTimes(20_000, 600, 20_000), ConnectionFaultsTest::byPath);
        Socket slow = front.connect();
        Socket resting = front.connect()) {
      send(slow, LARGE_GET);
      readHead(slow);
      send(resting, GET);
      readHead(resting);
      assertThat(readAll(resting)).isEmpty();
      assertThat(slow.getInputStream().readNBytes(LARGE)).hasSize(LARGE);
    }
  }

  @Test
  void connection_downloadWhileTheServerDrains_isNotCut() throws Exception {
    try (TestListener front = new TestListener(limits -> limits, ConnectionFaultsTest::byPath);
        Socket slow = front.connect();
        Socket resting = front.connect()) {
      send(slow, LARGE_GET);
      readHead(slow);
      send(resting, GET);
      readHead(resting);
      Thread drain =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  front.listener.drain(Duration.ofSeconds(10));
                } catch (InterruptedException _) {
                  Thread.currentThread().interrupt();
                }
              });
      assertThat(readAll(resting)).isEmpty();
      assertThat(readAll(slow)).hasSize(LARGE);
      drain.join();
    }
  }

  @Test
  void connection_tunnelEndsWithOutputWaiting_deliversAllOfIt() throws Exception {
    try (TestListener front =
            new TestListener(
                limits -> limits,
                stream -> {
                  stream.tunnel(switching(stream));
                  stream.write(Unpooled.wrappedBuffer(new byte[LARGE]));
                  stream.end();
                });
        Socket socket = front.connect()) {
      send(socket, GET);
      readHead(socket);
      assertThat(readAll(socket)).hasSize(LARGE);
    }
  }

  @Test
  void connection_answeredBeforeContentThatNeverComes_isClosed() throws Exception {
    try (TestListener front =
            new TestListener(
                limits -> limits.withTimes(20_000, 20_000, 600),
                stream -> answer(stream, "early"));
        Socket socket = front.connect()) {
      send(socket, "POST / HTTP/1.1\nHost: x\nContent-Length: 10\n\n");
      assertThat(readAll(socket)).endsWith("early");
    }
  }

  // RFC 9110 §10.1.1: whether the content will still come is not known.
  @Test
  void connection_answeredInsteadOfContinue_isNotUsedAgain() throws Exception {
    try (TestListener front =
            new TestListener(limits -> limits, stream -> answer(stream, "early"));
        Socket socket = front.connect()) {
      send(socket, "POST / HTTP/1.1\nHost: x\nExpect: 100-continue\nContent-Length: 10\n\n");
      assertThat(readAll(socket)).contains("Connection: close").endsWith("early");
    }
  }

  @Test
  void connection_contentPausedForLong_isNotTheClientsFault() throws Exception {
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    BlockingQueue<ClientStream> streams = new LinkedBlockingQueue<>();
    try (TestListener front =
            new TestListener(
                limits -> limits.withTimes(20_000, 2_500, 1_000),
                stream -> {
                  if (stream.head().path().equals("/")) {
                    answer(stream, "");
                  } else {
                    streams.add(stream);
                    stream.receive(new Recorder(stream, events));
                  }
                });
        Socket uploading = front.connect();
        Socket resting = front.connect()) {
      send(uploading, "POST /content HTTP/1.1\nHost: x\nContent-Length: 2\n\na");
      assertThat(events.take()).isEqualTo("content a");
      ClientStream stream = streams.take();
      stream.loop().submit(stream::pauseContent).await();
      send(resting, GET);
      readHead(resting);
      assertThat(readAll(resting)).isEmpty();
      events.clear();
      stream.loop().submit(stream::resumeContent).await();
      assertThat(events.poll(10, TimeUnit.SECONDS)).isEqualTo("tick");
    }
  }

  // RFC 9112 §9.6
  @Test
  void connection_pipelinedThenHalfClosed_answersEveryRequest() throws Exception {
    try (TestListener front =
            new TestListener(limits -> limits, stream -> later(stream, () -> answer(stream, "!")));
        Socket socket = front.connect()) {
      send(socket, GET + GET + GET);
      socket.shutdownOutput();
      assertThat(readAll(socket).split("200 OK", -1)).hasSize(4);
    }
  }

  @Test
  void connection_contentSentThenHalfClosed_isDeliveredWhenAskedFor() throws Exception {
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    try (TestListener front =
            new TestListener(
                limits -> limits,
                stream -> {
                  stream.pauseContent();
                  stream.receive(new Recorder(stream, events));
                  later(stream, stream::resumeContent);
                });
        Socket socket = front.connect()) {
      send(socket, "POST / HTTP/1.1\nHost: x\nContent-Length: 4\n\nbody");
      socket.shutdownOutput();
      assertThat(readAll(socket)).endsWith("whole");
      assertThat(events).contains("content body");
    }
  }

  @Test
  void connection_tunnelHalfClosedWhilePaused_deliversBeforeItTells() throws Exception {
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    try (TestListener front =
            new TestListener(
                limits -> limits,
                stream -> {
                  stream.tunnel(switching(stream));
                  stream.pauseContent();
                  stream.receive(new Recorder(stream, events));
                  later(stream, stream::resumeContent);
                });
        Socket socket = front.connect()) {
      send(socket, GET + "raw");
      socket.shutdownOutput();
      assertThat(readAll(socket)).endsWith("closed");
      assertThat(events).containsSubsequence("content raw", "inputClosed");
    }
  }

  private static ByteBuf switching(ClientStream stream) {
    return stream.beginHead(101, "Switching Protocols").writeBytes(new byte[] {'\r', '\n'});
  }

  private static void later(ClientStream stream, Runnable action) {
    var _ = stream.loop().schedule(action, 300, TimeUnit.MILLISECONDS);
  }

  /// Writes down what it is told, and answers at the end of the content or of the input.
  private record Recorder(ClientStream stream, BlockingQueue<String> events)
      implements ContentReceiver {
    @Override
    public void content(ByteBuf data) {
      events.add("content " + new String(ByteBufUtil.getBytes(data), ISO_8859_1));
      data.release();
    }

    @Override
    public void contentEnd() {
      events.add("contentEnd");
      answer(stream, "whole");
    }

    @Override
    public void inputClosed() {
      events.add("inputClosed");
      stream.write(Unpooled.copiedBuffer("closed", ISO_8859_1));
      stream.end();
    }

    @Override
    public void clientGone() {
      events.add("clientGone");
    }

    @Override
    public void writable() {}

    @Override
    public void tick(long nowNanos) {
      events.add("tick");
    }
  }
}
