package dev.peregrine.http.h1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.http.Violation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CorpusTest {
  private static final byte[] GOOD =
      "GET /good HTTP/1.1\r\nHost: good\r\nContent-Length: 2\r\n\r\nok"
          .getBytes(StandardCharsets.ISO_8859_1);

  static List<Corpus.Case> requests() {
    return Corpus.requests();
  }

  static List<Corpus.Case> responses() {
    return Corpus.responses();
  }

  @ParameterizedTest
  @MethodSource("requests")
  void request_fedWhole_getsItsVerdict(Corpus.Case one) {
    assertThat(Transcript.ofRequests(List.of(one.bytes())).verdict()).isEqualTo(one.verdict());
  }

  @ParameterizedTest
  @MethodSource("requests")
  void request_splitAtEveryByte_isReadAsIfWhole(Corpus.Case one) {
    byte[] bytes = one.bytes();
    Transcript whole = Transcript.ofRequests(List.of(bytes));
    for (int at = 1; at < bytes.length; at += step(bytes)) {
      assertThat(Transcript.ofRequests(split(bytes, at))).as("split at %d", at).isEqualTo(whole);
    }
  }

  @ParameterizedTest
  @MethodSource("requests")
  void request_fedByteByByte_isReadAsIfWhole(Corpus.Case one) {
    assertThat(Transcript.ofRequests(bytewise(one.bytes())))
        .isEqualTo(Transcript.ofRequests(List.of(one.bytes())));
  }

  @ParameterizedTest
  @MethodSource("requests")
  void request_afterGoodOne_getsItsVerdict(Corpus.Case one) {
    byte[] both = Arrays.copyOf(GOOD, GOOD.length + one.bytes().length);
    System.arraycopy(one.bytes(), 0, both, GOOD.length, one.bytes().length);
    Transcript transcript = Transcript.ofRequests(List.of(both));
    assertThat(transcript.verdict()).isEqualTo(one.verdict());
    assertThat(transcript.messages().getFirst().start()).isEqualTo("GET /good");
  }

  @ParameterizedTest
  @MethodSource("requests")
  void request_accepted_isReadAsJettyReadsIt(Corpus.Case one) {
    Transcript ours = Transcript.ofRequests(List.of(one.bytes()));
    if (!ours.isRejected()) {
      assertThat(ours.lowered()).isEqualTo(JettyOracle.requests(one.bytes()).lowered());
    }
  }

  @ParameterizedTest
  @MethodSource("responses")
  void response_fedWhole_getsItsVerdict(Corpus.Case one) {
    assertThat(Transcript.ofResponses(List.of(one.bytes())).verdict()).isEqualTo(one.verdict());
  }

  @ParameterizedTest
  @MethodSource("responses")
  void response_splitAtEveryByte_isReadAsIfWhole(Corpus.Case one) {
    byte[] bytes = one.bytes();
    Transcript whole = Transcript.ofResponses(List.of(bytes));
    for (int at = 1; at < bytes.length; at += step(bytes)) {
      assertThat(Transcript.ofResponses(split(bytes, at))).as("split at %d", at).isEqualTo(whole);
    }
  }

  @ParameterizedTest
  @MethodSource("responses")
  void response_accepted_isReadAsJettyReadsIt(Corpus.Case one) {
    Transcript ours = Transcript.ofResponses(List.of(one.bytes()));
    if (!ours.isRejected()) {
      assertThat(ours.lowered()).isEqualTo(JettyOracle.responses(one.bytes()).lowered());
    }
  }

  @Test
  void corpus_ofBothKinds_showsEveryViolation() {
    Set<String> missing = new HashSet<>();
    for (Violation violation : Violation.values()) {
      missing.add(violation.reason());
    }
    requests().forEach(one -> missing.remove(one.verdict()));
    responses().forEach(one -> missing.remove(one.verdict()));
    assertThat(missing).isEmpty();
  }

  /// Long messages are split at every 61st byte only.
  private static int step(byte[] bytes) {
    return bytes.length > 2000 ? 61 : 1;
  }

  private static List<byte[]> split(byte[] bytes, int at) {
    return List.of(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, at, bytes.length));
  }

  private static List<byte[]> bytewise(byte[] bytes) {
    List<byte[]> pieces = new ArrayList<>();
    for (byte octet : bytes) {
      pieces.add(new byte[] {octet});
    }
    return pieces;
  }
}
