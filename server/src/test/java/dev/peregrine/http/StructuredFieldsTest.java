package dev.peregrine.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

// RFC 9651 §4.2
class StructuredFieldsTest {
  @Test
  void dictionary_ofEveryType_isRead() {
    assertThat(
            StructuredFields.dictionary(
                List.of(
                    "a=1, b=-2.5;x;y=\"z\", c, d=?0;q=1,e=\"f\\\"g\\\\\"\t, f=*to/k:en",
                    "g=:aGk=:, h=@1659578233, i=%\"f%c3%bc\", j=(1 \"b\" c;p);q, *k.l-m_n=0")))
        .hasValue(
            Map.ofEntries(
                Map.entry("a", new StructuredItem.Whole(1)),
                Map.entry("b", new StructuredItem.Decimal(new BigDecimal("-2.5"))),
                Map.entry("c", new StructuredItem.Flag(true)),
                Map.entry("d", new StructuredItem.Flag(false)),
                Map.entry("e", new StructuredItem.Text("f\"g\\")),
                Map.entry("f", new StructuredItem.Token("*to/k:en")),
                Map.entry("g", new StructuredItem.Octets("aGk=")),
                Map.entry("h", new StructuredItem.Moment(1_659_578_233L)),
                Map.entry("i", new StructuredItem.Display("f\u00fc")),
                Map.entry(
                    "j",
                    new StructuredItem.Inner(
                        List.of(
                            new StructuredItem.Whole(1),
                            new StructuredItem.Text("b"),
                            new StructuredItem.Token("c")))),
                Map.entry("*k.l-m_n", new StructuredItem.Whole(0))));
  }

  @Test
  void dictionary_withAKeyTwice_hasTheLast() {
    assertThat(StructuredFields.dictionary(List.of("a=1,b=2,a")))
        .hasValue(Map.of("a", new StructuredItem.Flag(true), "b", new StructuredItem.Whole(2)));
  }

  @Test
  void field_empty_hasNoMembers() {
    assertThat(StructuredFields.dictionary(List.of(""))).hasValue(Map.of());
    assertThat(StructuredFields.dictionary(List.of("  "))).hasValue(Map.of());
    assertThat(StructuredFields.list(List.of())).hasValue(List.of());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a=",
        "a =1",
        "a= 1",
        "A=1",
        "1a",
        "a=1,",
        ",a",
        "a,,b",
        "a=1 b=2",
        "a=\"b",
        "a=\"b\\c\"",
        "a=\"\u00e4\"",
        "a=1234567890123456",
        "a=1.",
        "a=1.1234",
        "a=1234567890123.1",
        "a=-",
        "a=--1",
        "a=.5",
        "a=?2",
        "a=?",
        "a=:b",
        "a=:b!:",
        "a=@1.5",
        "a=@x",
        "a=%\"%C3\"",
        "a=%\"%c3\"",
        "a=%\"%c\"",
        "a=%b",
        "a=(1",
        "a=(1,2)",
        "a=(1\t2)",
        "a=1;B=2",
        "a=1;=2",
        "a=&",
        "a;b=",
        "a=\u00e4",
        "a=1;;b",
        "\ta",
        "a=((1))"
      })
  void dictionary_malformed_isNone(String text) {
    assertThat(StructuredFields.dictionary(List.of(text))).isEmpty();
  }

  @Test
  void list_ofItems_isRead() {
    assertThat(StructuredFields.list(List.of("\"a\", b;c=1", "(1 2);d, ()")))
        .hasValue(
            List.of(
                new StructuredItem.Text("a"),
                new StructuredItem.Token("b"),
                new StructuredItem.Inner(
                    List.of(new StructuredItem.Whole(1), new StructuredItem.Whole(2))),
                new StructuredItem.Inner(List.of())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a,", "a b", "\"a\"b", "(", "a,,b", "-", "#"})
  void list_malformed_isNone(String text) {
    assertThat(StructuredFields.list(List.of(text))).isEmpty();
  }

  @Test
  void anyText_neverThrows() {
    long seed = Long.getLong("peregrine.seed", 9651);
    Random random = new Random(seed);
    String alphabet = "aA1-.=,;:\"\\()?@%* \t\u00e4_/c3";
    for (int i = 0; i < 200_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(14); n > 0; n--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      assertThat(StructuredFields.dictionary(List.of(text.toString())))
          .as("seed " + seed)
          .isNotNull();
      assertThat(StructuredFields.list(List.of(text.toString()))).isNotNull();
    }
  }
}
