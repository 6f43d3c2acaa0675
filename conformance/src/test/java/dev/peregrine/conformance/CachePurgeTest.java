package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `peregrine purge` and `peregrine cache` against a server that has stored something.
class CachePurgeTest {
  private static final String HOUR = "Cache-Control: max-age=3600";

  @AutoClose private static ScriptedServer app = ScriptedServer.raw();

  private static String stored(String script, String... fields) {
    String[] all = new String[fields.length + 1];
    all[0] = HOUR;
    System.arraycopy(fields, 0, all, 1, fields.length);
    app.answer(script, Reply.ok(all));
    assertNumber(script, 1);
    assertNumber(script, 1);
    return script;
  }

  private static void assertNumber(String script, int number) {
    assertThat(app.get(script + "/").text()).isEqualTo("response " + number + " of " + script);
  }

  private static Commands.Outcome purge(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "purge";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    Commands.Outcome outcome = app.server().command(all);
    assertThat(outcome.code()).as(outcome.toString()).isZero();
    return outcome;
  }

  @Test
  void url_purged_isGoneAndNothingElse() {
    stored("purged");
    stored("kept");

    purge("http://localhost/purged/");

    assertNumber("purged", 2);
    assertNumber("kept", 1);
  }

  @Test
  void url_ofAnotherHost_isLeftAlone() {
    stored("here");

    purge("http://elsewhere.example/here/");

    assertNumber("here", 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Cache-Tag", "Surrogate-Key", "xkey"})
  void tag_purged_takesAllThatBearIt(String field) {
    String separator = field.equals("Cache-Tag") ? ", " : " ";
    String a = stored("tag-a-" + field, field + ": red-" + field + separator + "round");
    String b = stored("tag-b-" + field, field + ": red-" + field);
    String c = stored("tag-c-" + field, field + ": blue-" + field);

    purge("--tag", "red-" + field);

    assertNumber(a, 2);
    assertNumber(b, 2);
    assertNumber(c, 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Cache-Tag", "Surrogate-Key", "xkey"})
  void tags_ofAResponse_areNotShownToClients(String field) {
    String script = stored("shown-" + field, field + ": secret-" + field);

    assertThat(app.get(script + "/").has(field)).isFalse();
  }

  @Test
  void group_invalidatedByAnUnsafeRequest_takesAllOfIt() {
    // RFC 9875 §3
    stored("group-a", "Cache-Groups: \"scripts\"");
    stored("group-b", "Cache-Groups: \"styles\"");
    app.answer("group-change", Reply.ok("Cache-Group-Invalidation: \"scripts\""));

    app.exchange(Messages.post("/group-change/", "x"));

    assertNumber("group-a", 2);
    assertNumber("group-b", 1);
  }

  @Test
  void prefix_purged_takesAllBelow() {
    app.answer("tree", Reply.ok(HOUR));
    List.of("a/1", "a/2", "b/1").forEach(path -> app.get("tree/" + path));

    purge("--prefix", "http://localhost/tree/a/");

    assertThat(app.get("tree/a/1").text()).isEqualTo("response 4 of tree");
    assertThat(app.get("tree/a/2").text()).isEqualTo("response 5 of tree");
    assertThat(app.get("tree/b/1").text()).isEqualTo("response 3 of tree");
  }

  @Test
  void url_purgedSoftly_isValidatedAndKept() {
    app.answer(
        "soft",
        Reply.ok("Cache-Control: max-age=3600", "ETag: \"a\""),
        Reply.validating("Cache-Control: max-age=3600"));
    assertNumber("soft", 1);

    purge("--soft", "http://localhost/soft/");

    Await.until(
        "validated",
        () -> {
          assertNumber("soft", 1);
          return app.count("soft") == 2;
        });
    assertThat(app.askedField("soft", "If-None-Match")).isEqualTo("\"a\"");
  }

  @Test
  void allVariants_ofAUrl_arePurged() {
    app.answer("varied", Reply.ok(HOUR, "Vary: Foo"));
    app.get("varied/", "Foo: 1");
    app.get("varied/", "Foo: 2");

    purge("http://localhost/varied/");

    assertThat(app.get("varied/", "Foo: 1").text()).isEqualTo("response 3 of varied");
    assertThat(app.get("varied/", "Foo: 2").text()).isEqualTo("response 4 of varied");
  }

  @Test
  void responseOnItsWay_whenItsUrlIsPurged_isNotKept() {
    var gate = app.gate("race");
    app.answer("race", Reply.ok(HOUR).behind(gate), Reply.ok(HOUR));
    try (RawConnection early = app.connect().send(Messages.get("/race/"))) {
      Await.until("the app is asked", () -> app.count("race") == 1);
      purge("http://localhost/race/");
      ScriptedServer.open(gate);
      assertThat(early.answer().text()).isEqualTo("response 1 of race");
    }

    assertNumber("race", 2);
  }

  @Test
  void wrongArguments_areExplained() {
    Commands.Outcome nothing = app.server().command("purge");
    Commands.Outcome both = app.server().command("purge", "--all", "--tag", "x");
    Commands.Outcome relative = app.server().command("purge", "no-url");

    assertThat(nothing.code()).isEqualTo(2);
    assertThat(both.code()).isEqualTo(2);
    assertThat(relative.code()).isIn(1, 2);
    assertThat(relative.errors()).contains("no-url");
  }

  @Test
  void statistics_areTold() {
    stored("counted");
    Commands.Outcome text = app.server().command("cache");
    Commands.Outcome json = app.server().command("cache", "--json");

    assertThat(text.code()).as(text.toString()).isZero();
    assertThat(json.code()).as(json.toString()).isZero();
    JsonNode tree = JsonMapper.shared().readTree(json.output());
    assertThat(tree.findValue("entries").asLong()).isPositive();
    assertThat(tree.findValue("bytes").asLong()).isPositive();
    assertThat(json.output()).contains("/counted/");
  }

  @Test
  void explanation_ofAResponse_saysWhyItIsNotStored() {
    app.answer("explained", Reply.ok("Cache-Control: private"));
    String url = "http://localhost:" + app.server().port() + "/explained/";

    Commands.Outcome outcome = app.server().command("cache", "explain", url);

    assertThat(outcome.code()).as(outcome.toString()).isZero();
    assertThat(outcome.output()).contains("private");
  }

  @Test
  void explanation_ofAStoredResponse_saysForHowLong() {
    app.answer("lasting", Reply.ok("Cache-Control: max-age=4321"));
    String url = "http://localhost:" + app.server().port() + "/lasting/";

    Commands.Outcome outcome = app.server().command("cache", "explain", url);

    assertThat(outcome.code()).as(outcome.toString()).isZero();
    assertThat(outcome.output()).contains("max-age=4321");
  }

  @Test
  void linter_namesTheCommonBugs() {
    app.answer("colon", Reply.ok("Cache-Control: max-age: 600"))
        .answer("public", Reply.ok("Cache-Control: public, max-age=60", "Set-Cookie: session=1"));
    String base = "http://localhost:" + app.server().port();

    Commands.Outcome outcome =
        app.server().command("cache", "lint", base + "/colon/", base + "/public/");

    assertThat(outcome.both()).contains("max-age: 600").contains("Set-Cookie");
  }

  @Test
  void everything_purged_isGone() {
    // Of a server of its own: the other tests have their entries in this one.
    try (ScriptedServer own = ScriptedServer.raw()) {
      own.answer("all", Reply.ok(HOUR));
      own.get("all/a");
      own.get("all/b");

      Commands.Outcome outcome = own.server().command("purge", "--all");

      assertThat(outcome.code()).as(outcome.toString()).isZero();
      assertThat(own.get("all/a").text()).isEqualTo("response 3 of all");
      assertThat(own.get("all/b").text()).isEqualTo("response 4 of all");
    }
  }
}
