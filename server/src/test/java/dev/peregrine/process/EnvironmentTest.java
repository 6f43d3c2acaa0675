package dev.peregrine.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;

class EnvironmentTest {
  private static Environment parse(String block) {
    return Environment.parse(block.getBytes(ISO_8859_1));
  }

  private static String text(Environment environment) {
    StringBuilder text = new StringBuilder();
    environment.block().forEach(entry -> text.append(new String(entry, ISO_8859_1)).append('\0'));
    return text.toString();
  }

  @Test
  void parse_oddBytes_keepsThem() {
    String block = "A=\u00ff\u00c3\0\u00e9=x\0EMPTY=\0EQUALS=a=b\n\0";
    assertThat(text(parse(block))).isEqualTo(block);
  }

  @Test
  void parse_entriesWithoutName_dropsThem() {
    assertThat(text(parse("=C:=x\0nothing\0A=1\0\0"))).isEqualTo("A=1\0");
  }

  @Test
  void inherited_always_hasWhatTheJvmSees() {
    Environment inherited = Environment.inherited();
    assertThat(inherited.value("PATH")).contains(System.getenv("PATH"));
  }

  @Test
  void with_knownName_replacesInPlaceAndRemovesDoubles() {
    assertThat(text(parse("A=1\0B=2\0A=3\0").with("A", "4"))).isEqualTo("A=4\0B=2\0");
  }

  @Test
  void with_newName_appends() {
    assertThat(text(parse("A=1\0").with("Ä", "ö"))).isEqualTo("A=1\0\u00c3\u0084=\u00c3\u00b6\0");
  }

  @Test
  void with_nameThatIsNone_isRefused() {
    assertThatThrownBy(() -> Environment.empty().with("A=B", "x"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Environment.empty().with("A", "x\0y"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void withOnly_names_keepsTheirOrder() {
    assertThat(text(parse("A=1\0B=2\0C=3\0").withOnly(Set.of("C", "A")))).isEqualTo("A=1\0C=3\0");
  }

  @Test
  void without_name_removesAllOfIt() {
    assertThat(text(parse("A=1\0B=2\0A=3\0").without("A"))).isEqualTo("B=2\0");
  }

  @Test
  void toString_always_hidesValues() {
    assertThat(parse("TOKEN=secret\0")).hasToString("Environment[TOKEN]");
  }
}
