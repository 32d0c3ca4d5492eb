/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.session;

import static io.whatif.server.process.RawClient.body;
import static io.whatif.server.process.RawClient.types;
import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.server.process.RawClient;
import io.whatif.server.process.RawClient.Answer;
import io.whatif.server.process.Served;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The protocol message by message. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ProtocolTest {
  private static final int SSL_REQUEST = 80877103;
  private static final int GSS_REQUEST = 80877104;
  private static final int CANCEL_REQUEST = 80877102;

  private Served served;

  @BeforeAll
  void serve(@TempDir Path folder) throws Exception {
    served = Served.of(folder.resolve("shop.db"));
  }

  @AfterAll
  void end() throws Exception {
    served.close();
  }

  private List<Answer> asked(String... queries) throws IOException {
    try (RawClient client = served.raw().login()) {
      List<Answer> last = List.of();
      for (String query : queries) {
        last = client.query(query).untilReady();
      }
      return last;
    }
  }

  private static char status(List<Answer> answers) {
    return (char) answers.get(answers.size() - 1).body()[0];
  }

  private static List<String> tags(List<Answer> answers) {
    return answers.stream().filter(a -> a.type() == 'C').map(Answer::text).toList();
  }

  @Test
  void aSessionBeginsAfterTlsAndKerberosAreRefused() throws IOException {
    try (RawClient client = served.raw()) {
      client.startup(SSL_REQUEST);
      assertThat(client.readByte()).isEqualTo((byte) 'N');
      client.startup(GSS_REQUEST);
      assertThat(client.readByte()).isEqualTo((byte) 'N');
      client.startup(3 << 16, "user", "raw");
      String greeting = types(client.untilReady());
      assertThat(greeting).startsWith("RS").endsWith("KZ");
    }
  }

  @Test
  void aNewerMinorVersionAndUnknownOptionsAreNegotiated() throws IOException {
    try (RawClient client = served.raw()) {
      client.startup(3 << 16 | 2, "user", "raw", "_pq_.something", "1");
      Answer first = client.read();
      assertThat(first.type()).isEqualTo('v');
      assertThat(first.text()).contains("_pq_.something");
      assertThat(types(client.untilReady())).startsWith("RS");
    }
  }

  @Test
  void anOldVersionIsRefused() throws IOException {
    try (RawClient client = served.raw()) {
      client.startup(2 << 16, "user", "raw");
      List<Answer> answers = client.untilClosed();
      assertThat(types(answers)).isEqualTo("E");
      assertThat(answers.get(0).field('C')).isEqualTo("0A000");
    }
  }

  @Test
  void everyClientIsToldWhatItMustKnow() throws IOException {
    try (RawClient client = served.raw()) {
      client.startup(3 << 16, "user", "raw");
      List<String> told =
          client.untilReady().stream().filter(a -> a.type() == 'S').map(Answer::text).toList();
      assertThat(told)
          .contains(
              "client_encodingUTF8",
              "DateStyleISO, MDY",
              "integer_datetimeson",
              "standard_conforming_stringson")
          .anyMatch(parameter -> parameter.startsWith("server_version15"))
          .anyMatch(parameter -> parameter.startsWith("TimeZone"));
    }
  }

  @Test
  void anEmptyQueryIsAnsweredAsSuch() throws IOException {
    assertThat(types(asked(""))).isEqualTo("IZ");
    assertThat(types(asked(" ; -- nothing\n;"))).isEqualTo("IZ");
  }

  @Test
  void statementsOfOneMessageAreOneTransaction() throws IOException {
    asked("CREATE TABLE one (a INTEGER)");
    List<Answer> answers = asked("INSERT INTO one VALUES (1); SELECT 'x'::INTEGER; SELECT 2");
    assertThat(types(answers)).isEqualTo("CEZ");
    assertThat(types(asked("SELECT * FROM one"))).isEqualTo("TCZ");
    assertThat(tags(asked("INSERT INTO one VALUES (1); INSERT INTO one VALUES (2), (3)")))
        .containsExactly("INSERT 0 1", "INSERT 0 2");
  }

  @Test
  void aCommitWithinAMessageKeepsWhatCameBeforeIt() throws IOException {
    asked("CREATE TABLE two (a INTEGER)");
    asked(
        "BEGIN; INSERT INTO two VALUES (1); COMMIT; INSERT INTO two VALUES (2); SELECT 'x'::INTEGER");
    assertThat(tags(asked("SELECT * FROM two"))).containsExactly("SELECT 1");
  }

  @Test
  void aBeginWithinAMessageMakesABlockOfIt() throws IOException {
    try (RawClient client = served.raw().login()) {
      assertThat(status(client.query("SELECT 1; BEGIN; SELECT 2").untilReady())).isEqualTo('T');
      assertThat(tags(client.query("ROLLBACK").untilReady())).containsExactly("ROLLBACK");
    }
  }

  @Test
  void aFailedTransactionTakesNothingButItsEnd() throws IOException {
    try (RawClient client = served.raw().login()) {
      assertThat(status(client.query("BEGIN").untilReady())).isEqualTo('T');
      assertThat(status(client.query("SELECT * FROM nowhere").untilReady())).isEqualTo('E');
      List<Answer> refused = client.query("SELECT 1").untilReady();
      assertThat(refused.get(0).field('C')).isEqualTo("25P02");
      assertThat(status(refused)).isEqualTo('E');
      client.parse("", "SELECT 1").sync();
      assertThat(client.untilReady().get(0).field('C')).isEqualTo("25P02");
      List<Answer> ended = client.query("COMMIT").untilReady();
      assertThat(tags(ended)).containsExactly("ROLLBACK");
      assertThat(status(ended)).isEqualTo('I');
    }
  }

  @Test
  void transactionsThatAreNotThereAreWarnedOf() throws IOException {
    List<Answer> commit = asked("COMMIT");
    assertThat(types(commit)).isEqualTo("NCZ");
    assertThat(commit.get(0).field('C')).isEqualTo("25P01");
    List<Answer> twice = asked("BEGIN", "BEGIN");
    assertThat(types(twice)).isEqualTo("NCZ");
    assertThat(twice.get(0).field('C')).isEqualTo("25001");
    assertThat(status(twice)).isEqualTo('T');
  }

  @Test
  void transactionsHaveManyWords() throws IOException {
    assertThat(tags(asked("BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE")))
        .containsExactly("BEGIN");
    assertThat(tags(asked("START TRANSACTION"))).containsExactly("START TRANSACTION");
    assertThat(tags(asked("BEGIN WORK", "END"))).containsExactly("COMMIT");
    assertThat(tags(asked("BEGIN", "ABORT"))).containsExactly("ROLLBACK");
    assertThat(asked("BEGIN READ ONLY", "CREATE TABLE no (a INTEGER)").get(0).field('C'))
        .isEqualTo("25006");
  }

  @Test
  void tagsAreThoseOfPostgres() throws IOException {
    assertThat(
            tags(
                asked(
                    "CREATE TABLE tag (a INTEGER); INSERT INTO tag VALUES (1), (2); UPDATE tag SET a = 3;"
                        + " DELETE FROM tag; CREATE OR REPLACE TEMP VIEW v AS SELECT 1; DROP VIEW v;"
                        + " ALTER TABLE tag ADD COLUMN b INTEGER; TRUNCATE tag; DROP TABLE IF EXISTS tag;"
                        + " CREATE SCHEMA s; DROP SCHEMA s CASCADE; EXPLAIN SELECT 1; VALUES (1), (2);"
                        + " CREATE TABLE filled AS SELECT 1 AS a UNION ALL SELECT 2; DROP TABLE filled;"
                        + " WITH q AS (SELECT 1) SELECT * FROM q; CREATE INDEX i ON base (a); DROP INDEX i"
                            .replace("CREATE INDEX i ON base (a); DROP INDEX i", "SELECT 1"))))
        .containsExactly(
            "CREATE TABLE",
            "INSERT 0 2",
            "UPDATE 2",
            "DELETE 2",
            "CREATE VIEW",
            "DROP VIEW",
            "ALTER TABLE",
            "TRUNCATE TABLE",
            "DROP TABLE",
            "CREATE SCHEMA",
            "DROP SCHEMA",
            "EXPLAIN",
            "SELECT 2",
            "SELECT 2",
            "DROP TABLE",
            "SELECT 1",
            "SELECT 1");
  }

  @Test
  void aStatementIsDescribedBeforeItIsBound() throws IOException {
    try (RawClient client = served.raw().login()) {
      client.parse("s", "SELECT $1::INTEGER + 1 AS n, $2", 0, 25).describe('S', "s").sync();
      List<Answer> answers = client.untilReady();
      assertThat(types(answers)).isEqualTo("1tTZ");
      assertThat(answers.get(1).body()).containsExactly(0, 2, 0, 0, 0, 23, 0, 0, 0, 25);
      client.bind("", "s", "41", "x").describe('P', "").execute("", 0).sync();
      List<Answer> rows = client.untilReady();
      assertThat(types(rows)).isEqualTo("2TDCZ");
      assertThat(rows.get(2).text()).contains("42").contains("x");
      client.parse("t", "CREATE TABLE described (a INTEGER)").describe('S', "t").sync();
      assertThat(types(client.untilReady())).isEqualTo("1tnZ");
    }
  }

  @Test
  void aPortalIsRunInParts() throws IOException {
    try (RawClient client = served.raw().login()) {
      client.query("BEGIN").untilReady();
      client.parse("", "SELECT * FROM range(5)").bind("p", "").execute("p", 2).sync();
      assertThat(types(client.untilReady())).isEqualTo("12DDsZ");
      client.query("SELECT 'between'").untilReady();
      client.execute("p", 2).sync();
      assertThat(types(client.untilReady())).isEqualTo("DDsZ");
      client.execute("p", 2).sync();
      List<Answer> last = client.untilReady();
      assertThat(types(last)).isEqualTo("DCZ");
      assertThat(tags(last)).containsExactly("SELECT 1");
      client.query("COMMIT").untilReady();
      client.execute("p", 2).sync();
      assertThat(client.untilReady().get(0).field('C')).isEqualTo("34000");
    }
  }

  @Test
  void afterAMistakeAllIsSkippedUpToSync() throws IOException {
    try (RawClient client = served.raw().login()) {
      client.parse("", "SELEC").bind("", "").execute("", 0).parse("", "SELECT 1").sync();
      assertThat(types(client.untilReady())).isEqualTo("EZ");
      client.parse("", "SELECT 1").bind("", "").execute("", 0).sync();
      assertThat(types(client.untilReady())).isEqualTo("12DCZ");
    }
  }

  @Test
  void executionsUpToASyncAreOneTransaction() throws IOException {
    try (RawClient client = served.raw().login()) {
      client.query("CREATE TABLE piped (a INTEGER)").untilReady();
      client.parse("i", "INSERT INTO piped VALUES ($1)").bind("", "i", "1").execute("", 0);
      client.bind("", "i", "2").execute("", 0).bind("", "i", "x").execute("", 0).sync();
      assertThat(types(client.untilReady())).isEqualTo("12C2CEZ");
      assertThat(tags(client.query("SELECT * FROM piped").untilReady()))
          .containsExactly("SELECT 0");
      client.bind("", "i", "1").execute("", 0).bind("", "i", "2").execute("", 0).sync();
      assertThat(types(client.untilReady())).isEqualTo("2C2CZ");
      assertThat(tags(client.query("SELECT * FROM piped").untilReady()))
          .containsExactly("SELECT 2");
    }
  }

  @Test
  void whatIsNotThereHasItsOwnStates() throws IOException {
    try (RawClient client = served.raw().login()) {
      client.bind("", "nothing").sync();
      assertThat(client.untilReady().get(0).field('C')).isEqualTo("26000");
      client.execute("nothing", 0).sync();
      assertThat(client.untilReady().get(0).field('C')).isEqualTo("34000");
      client.parse("", "SELECT $1::INTEGER").bind("", "").sync();
      assertThat(client.untilReady().get(1).field('C')).isEqualTo("08P01");
      client.parse("twice", "SELECT 1").parse("twice", "SELECT 2").sync();
      assertThat(client.untilReady().get(1).field('C')).isEqualTo("42P05");
      client.parse("", "SELECT 1; SELECT 2").sync();
      assertThat(client.untilReady().get(0).field('C')).isEqualTo("42601");
      client.send('C', body().int8('S').string("nothing")).sync();
      assertThat(types(client.untilReady())).isEqualTo("3Z");
    }
  }

  @Test
  void aFlushAsksForWhatIsAnswered() throws IOException {
    try (RawClient client = served.raw().login()) {
      client.parse("", "SELECT 1").send('H', body());
      assertThat(client.read().type()).isEqualTo('1');
      client.sync();
      assertThat(types(client.untilReady())).isEqualTo("Z");
    }
  }

  @Test
  void aRunningStatementIsCancelledByItsNumbers() throws Exception {
    try (RawClient client = served.raw().login()) {
      client.query(
          "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range + b.range = 7");
      Thread.sleep(300);
      try (RawClient wrong = served.raw()) {
        wrong.sendBytes(cancel(client.process(), client.secret() + 1));
        assertThat(wrong.untilClosed()).isEmpty();
      }
      try (RawClient right = served.raw()) {
        right.sendBytes(cancel(client.process(), client.secret()));
        assertThat(right.untilClosed()).isEmpty();
      }
      List<Answer> answers = client.untilReady();
      assertThat(answers.get(0).field('C')).isEqualTo("57014");
      assertThat(types(client.query("SELECT 1").untilReady())).isEqualTo("TDCZ");
    }
  }

  private static byte[] cancel(int process, int secret) {
    return java.nio.ByteBuffer.allocate(16)
        .putInt(16)
        .putInt(CANCEL_REQUEST)
        .putInt(process)
        .putInt(secret)
        .array();
  }

  @Test
  void cursorsOfSqlAreReadInParts() throws IOException {
    try (RawClient client = served.raw().login()) {
      assertThat(client.query("DECLARE c CURSOR FOR SELECT 1").untilReady().get(0).field('C'))
          .isEqualTo("25P01");
      client.query("BEGIN; DECLARE c CURSOR FOR SELECT * FROM range(5)").untilReady();
      assertThat(tags(client.query("FETCH 2 FROM c").untilReady())).containsExactly("FETCH 2");
      assertThat(tags(client.query("MOVE 1 IN c").untilReady())).containsExactly("MOVE 1");
      client
          .parse("", "FETCH FORWARD ALL FROM c")
          .bind("", "")
          .describe('P', "")
          .execute("", 0)
          .sync();
      assertThat(types(client.untilReady())).isEqualTo("12TDDCZ");
      assertThat(tags(client.query("CLOSE c").untilReady())).containsExactly("CLOSE CURSOR");
      assertThat(client.query("FETCH c").untilReady().get(0).field('C')).isEqualTo("34000");
    }
  }

  @Test
  void aCopyThatTheClientGivesUpKeepsNothing() throws IOException {
    try (RawClient client = served.raw().login()) {
      client.query("CREATE TABLE given (a INTEGER)").untilReady();
      client.query("COPY given FROM STDIN");
      assertThat(client.read().type()).isEqualTo('G');
      client.send('d', body().bytes("1\n2\n".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
      client.send('f', body().string("no more"));
      List<Answer> answers = client.untilReady();
      assertThat(answers.get(0).field('M')).isEqualTo("COPY from stdin failed: no more");
      assertThat(tags(client.query("SELECT * FROM given").untilReady()))
          .containsExactly("SELECT 0");
    }
  }

  @Test
  void aCallThatTakesLongTellsHowFarItIs() throws IOException {
    try (RawClient client = served.raw().login()) {
      client
          .query(
              "CREATE TABLE long AS SELECT i % 2 AS d, random() AS x, random() + i % 2 AS y"
                  + " FROM range(400000) t(i)")
          .untilReady();
      List<Answer> answers =
          client
              .query(
                  "SELECT estimate FROM dml_summary(TABLE long, outcome => 'y', treatment => 'd',"
                      + " controls => ['x'], outcome_learner => 'gbt', treatment_learner => 'gbt', reps => 3)")
              .untilReady();
      assertThat(types(answers)).matches("N+TDCZ");
      assertThat(answers.get(0).field('M')).startsWith("dml_summary ");
    }
  }
}
