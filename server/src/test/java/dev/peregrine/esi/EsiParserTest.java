package dev.peregrine.esi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Events are written as text: `[src|alt?]` for an include, `{T{A…}{E…}}` for parts, `!` for a
/// problem.
class EsiParserTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "plain",
        "<html><p class='a'>&amp; < > <!-- a comment --> <![CDATA[x]]></p></html>",
        "<es <esi <esix:include src=\"/x\"/> </es </esix:y> <ESI:include src='/a'/>",
        "a --> b - -- ---> c",
        "<!--es <!-- esi x -->",
        "\u00e9\u20ac\ud83d\ude00 <",
        "<!",
        "</"
      })
  void feed_contentWithoutInstructions_passesEveryByte(String content) {
    assertEverySplit(content, content);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '~',
      value = {
        "a<esi:include src=\"/x\"/>b ~ a[/x]b",
        "<esi:include src='/x?a=1&amp;b=\"2\"' /> ~ [/x?a=1&b=\"2\"]",
        "<esi:include src=\"/x\" alt=\"/y\"/> ~ [/x|/y]",
        "<esi:include src=\"/x\" onerror=\"continue\"/> ~ [/x?]",
        "<esi:include onerror = 'continue' alt='/y' src='/x'></esi:include>z ~ [/x|/y?]z",
        "<esi:include src=\"/a>b\"/> ~ [/a>b]",
        "a<esi:remove>gone <b>x</b> <esi:include src=\"/n\"/></esi:remove>b ~ ab",
        "a<esi:comment text=\"gone --> > '\"/>b ~ ab",
        "a<!--esi <p><esi:include src=\"/x\"/></p>-->b ~ `a <p>[/x]</p>b`",
        "<!--esi a--><!-- b --> ~ ` a<!-- b -->`",
        "<esi:try> x <esi:attempt>a<esi:include src=\"/x\"/></esi:attempt> y <esi:except>e</esi:except></esi:try>z ~ {T{Aa[/x]}{Ee}}z",
        "<esi:try><esi:attempt><esi:try><esi:attempt>a</esi:attempt></esi:try></esi:attempt></esi:try> ~ {T{A{T{Aa}}}}",
        "<!--esi <esi:remove>x--></esi:remove>y ~ ` y`"
      })
  void feed_instructions_areFound(String content, String events) {
    assertEverySplit(content, events);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '~',
      value = {
        "a<esi:include/>b ~ a!b",
        "a<esi:include src=x/>b ~ a!b",
        "a<esi:include src=\"x\"alt=\"y\"/>b ~ a!b",
        "a<esi:unknown>b</esi:unknown>c ~ a!b!c",
        "a<esi:>b ~ a!b",
        "a</esi:try>b ~ a!b",
        "a<esi:attempt>b</esi:attempt>c ~ a!b!c",
        "<esi:try><esi:try></esi:try>x ~ {T!}x",
        "<esi:try><esi:attempt>a</esi:try>b ~ {T{Aa!}}b",
        "<esi:try><esi:attempt>a ~ {T{Aa!}!}",
        "a<esi:remove>b ~ a!",
        "a<!--esi b ~ `a b!`",
        "a<esi:include src=\"/x\" ~ a!<esi:include src=\"/x\""
      })
  void feed_malformedMarkup_isReportedAndPartsStayInOrder(String content, String events) {
    assertEverySplit(content, events);
  }

  @Test
  void feed_tagWithoutEnd_isPassedOnceItIsTooLong() {
    String content = "<esi:include src=\"" + "x".repeat(EsiParser.MAX_TAG) + "\"/> y";
    assertThat(events(content, content.length())).isEqualTo("!" + content);
    assertThat(events(content, 1000)).isEqualTo("!" + content);
  }

  @Test
  void problem_position_countsFromTheBeginning() {
    StringBuilder found = new StringBuilder();
    EsiParser parser =
        new EsiParser(event -> {
          if (event instanceof EsiEvent.Problem(long position, String what)) {
            found.append(position).append(' ').append(what);
          }
        });
    parser.feed(ByteBuffer.wrap("0123456<e".getBytes(UTF_8)));
    parser.feed(ByteBuffer.wrap("si:include/>".getBytes(UTF_8)));
    parser.finish();
    assertThat(found).hasToString("7 esi:include without src");
  }

  @Test
  void feed_anyMixtureOfMarkup_neverThrowsAndNestsItsParts() {
    String[] tokens = {
      "<esi:try>",
      "</esi:try>",
      "<esi:attempt>",
      "</esi:attempt>",
      "<esi:except>",
      "</esi:except>",
      "<esi:remove>",
      "</esi:remove>",
      "<!--esi ",
      "-->",
      "<esi:include src='/a'/>",
      "<esi:include src=",
      "\"",
      "'",
      "<esi:comment text='x'/>",
      "<",
      "x",
      "<esi:",
      ">",
      "-"
    };
    Random random = new Random(20_260_101);
    for (int round = 0; round < 5_000; round++) {
      StringBuilder content = new StringBuilder();
      for (int i = random.nextInt(12); i >= 0; i--) {
        content.append(tokens[random.nextInt(tokens.length)]);
      }
      String whole = events(content.toString(), content.length());
      assertThat(events(content.toString(), 1)).as(content.toString()).isEqualTo(whole);
      assertThat(whole.chars().filter(c -> c == '{').count())
          .as(content.toString())
          .isEqualTo(whole.chars().filter(c -> c == '}').count());
    }
  }

  private static void assertEverySplit(String content, String events) {
    byte[] bytes = content.getBytes(UTF_8);
    assertThat(events(content, 1)).isEqualTo(events);
    for (int split = 0; split <= bytes.length; split++) {
      Written written = new Written();
      EsiParser parser = new EsiParser(written::take);
      parser.feed(ByteBuffer.wrap(bytes, 0, split));
      parser.feed(ByteBuffer.wrap(bytes, split, bytes.length - split));
      parser.finish();
      assertThat(written.text()).isEqualTo(events);
    }
  }

  private static String events(String content, int step) {
    byte[] bytes = content.getBytes(UTF_8);
    Written written = new Written();
    EsiParser parser = new EsiParser(written::take);
    for (int i = 0; i < bytes.length; i += step) {
      parser.feed(ByteBuffer.wrap(bytes, i, Math.min(step, bytes.length - i)));
    }
    parser.finish();
    return written.text();
  }
}
