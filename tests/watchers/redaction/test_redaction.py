from dataclasses import replace

import pytest
from pydantic import ValidationError

from tests.builders import finding, progress, report, sample
from watchers.finding import MESSAGE_CHARS
from watchers.redaction.kinds import KINDS
from watchers.redaction.redactor import ExtraKind, RedactionSettings, Redactor

ALL = Redactor(RedactionSettings())
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"

TAKEN_OUT = [
    ("password=hunter2 next", "password=[password] next"),
    ("password: hunter2", "password: [password]"),
    ("db.password = s3cr3t;", "db.password = [password];"),
    ("spring.datasource.password=Pa55", "spring.datasource.password=[password]"),
    ("PASSWORD=Tr0ub4dor&3", "PASSWORD=[password]&3"),
    ('{"user":"u","password":"a b c"}', '{"user":"u","password":"[password]"}'),
    ('{"password":"a\\"b c","x":1}', '{"password":"[password]","x":1}'),
    (r'"{\"password\":\"abc\"}"', r'"{\"password\":\"[password]\"}"'),
    ("{'passwd': 'abc', 'n': 1}", "{'passwd': '[password]', 'n': 1}"),
    ("PGPASSWORD=abc psql", "PGPASSWORD=[password] psql"),
    ("MYSQL_ROOT_PASSWORD=root123", "MYSQL_ROOT_PASSWORD=[password]"),
    ("Pwd=abc;Server=db", "Pwd=[password];Server=db"),
    ("密码：abc123", "密码：[password]"),
    ("登录口令=abc123", "登录口令=[password]"),
    ("passphrase => open sesame", "passphrase => [password] sesame"),
    ("mysql --password hunter2 -h db", "mysql --password [password] -h db"),
    ("IDENTIFIED BY 'abc'", "IDENTIFIED BY '[password]'"),
    ("CREATE ROLE x WITH PASSWORD 'it''s'", "CREATE ROLE x WITH PASSWORD '[password]'"),
    ("mysql://root:p@ss@db:3306/x", "mysql://root:[password]@db:3306/x"),
    ("redis://:abc@cache:6379/0", "redis://:[password]@cache:6379/0"),
    ("amqp://guest:guest@mq/", "amqp://guest:[password]@mq/"),
    ("postgresql+psycopg://u:pw@[::1]/d", "postgresql+psycopg://u:[password]@[::1]/d"),
    ("mongodb+srv://app:Xy1@c0.mongodb.net", "mongodb+srv://app:[password]@c0.mongodb.net"),
    ("https://bot:ghp@github.com/a/b.git", "https://bot:[password]@github.com/a/b.git"),
    ("jdbc:mysql://db/x?user=a&password=b1", "jdbc:mysql://db/x?user=a&password=[password]"),
    ("Authorization: Bearer abc123def456", "Authorization: Bearer [token]"),
    ("authorization=bearer abc123def456;", "authorization=bearer [token];"),
    ("using bearer abc123def456", "using bearer [token]"),
    ("Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic [password]"),
    (f"token {JWT} seen", "token [token] seen"),
    (f"jwt={JWT}", "jwt=[token]"),
    ("access_token=abcdef123456", "access_token=[secret]"),
    ("refresh_token: abcdef123456", "refresh_token: [secret]"),
    ("x-api-key: 0123456789abcdef", "x-api-key: [secret]"),
    ("apikey=abcd1234efgh", "apikey=[secret]"),
    ('{"app_secret":"dskLLdkasdjlasdKK123"}', '{"app_secret":"[secret]"}'),
    ("client_secret=abcd1234", "client_secret=[secret]"),
    ("AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG", "AWS_SECRET_ACCESS_KEY=[secret]"),
    ("AccountKey=Zm9vYmFy1234567890==;End", "AccountKey=[secret];End"),
    ("X-Signature: 5d41402abc4b2a76b9719d91", "X-Signature: [secret]"),
    ("--token abcdef123456 run", "--token [secret] run"),
    ("--api-key=abcdef123456", "--api-key=[secret]"),
    ("encrypt_key: kJ8sd92kd02ls", "encrypt_key: [secret]"),
    ("verification_token=v8k2ls93kd02", "verification_token=[secret]"),
    ("密钥=abcd1234efgh", "密钥=[secret]"),
    ("id AKIAIOSFODNN7EXAMPLE used", "id [secret] used"),
    ("ASIAIOSFODNN7EXAMPLE", "[secret]"),
    ("ak LTAI5tAbCdEfGhIjKlMnOpQr", "ak [secret]"),
    ("AKIDz8krbsJ5yKBZQpn74WFkmLPx3gnPhESA", "[secret]"),
    ("key AIzaSyA1234567890abcdefghijklmnopqrstuv", "key [secret]"),
    ("ghp_0123456789abcdefghijklmnopqrstuvwxyz", "[secret]"),
    ("glpat-abcdefghij0123456789", "[secret]"),
    ("xoxb-123456789012-abcdefghij", "[secret]"),
    ("sk_live_0123456789abcdef", "[secret]"),
    ("sk-proj-abcdefghij0123456789ABCD", "[secret]"),
    ("npm_0123456789abcdefghijklmnopqrstuvwxyz", "[secret]"),
    ("t-g104ghJRUIJJ5ELPNDFYFOTV4RU4GM2XB6HZ3", "[secret]"),
    ("open-apis/bot/v2/hook/0a1b2c3d-0000-1111", "open-apis/bot/v2/hook/[secret]"),
    ("/cgi-bin/webhook/send?key=693a91f6-7xxx", "/cgi-bin/webhook/send?key=[secret]"),
    ("https://hooks.slack.com/services/T0/B0/XyZ12", "https://hooks.slack.com/services/[secret]"),
    ("?sv=2020&sig=abc%2Fdef0123456789abcdef", "?sv=2020&sig=[secret]"),
    ("Set-Cookie: SID=abc123; Path=/", "Set-Cookie: [cookie]"),
    ("cookie: a=1; b=2", "cookie: [cookie]"),
    ("GET / JSESSIONID=0A1B2C3D4E", "GET / JSESSIONID=[cookie]"),
    ("call 13812345678 now", "call [phone] now"),
    ("手机号13812345678。", "手机号[phone]。"),
    ("13812345678,13912345678", "[phone],[phone]"),
    ("138 1234 5678", "[phone]"),
    ("138-1234-5678", "[phone]"),
    ("+8613812345678", "[phone]"),
    ("+86 138 1234 5678", "[phone]"),
    ("(+86)13812345678", "[phone]"),
    ("mobile=19912345678&x", "mobile=[phone]&x"),
    ("+1 (415) 555-2671", "[phone]"),
    ("+44 20 7946 0958", "[phone]"),
    ("+4915123456789", "[phone]"),
    ("座机 010-12345678", "座机 [phone]"),
    ("0755-1234567", "[phone]"),
    ("me@example.com, you@a.cn", "[email], [email]"),
    ("<first.last+tag@mail.example.co.uk>", "<[email]>"),
    ("用户zhang@qq.com登录", "用户[email]登录"),
    ("ID 11010519491231002X", "ID [id card]"),
    ("身份证号：11010519491231002x", "身份证号：[id card]"),
    ("card 4111 1111 1111 1111.", "card [bank card]."),
    ("4111111111111111", "[bank card]"),
    ("5500-0000-0000-0004", "[bank card]"),
    ("6222020000000000000", "[bank card]"),
    ("340000000000009", "[bank card]"),
    ("3530111333300000", "[bank card]"),
]

LEFT_IN = [
    "",
    "ERROR pay: card declined by issuer",
    "password is required",
    "password: must be at least 8 characters",
    "Password: invalid",
    "wrong password for user 'root'@'10.0.0.1'",
    "password=null",
    "password=***",
    "password=${DB_PASSWORD}",
    "password=<redacted>",
    'password: ""',
    "password=%s",
    "passwordless=true",
    "pwd=/home/app",
    "OLDPWD=/var/lib",
    "token: null",
    "token=undefined",
    "Unexpected token: foo",
    "Unexpected token < in JSON at position 0",
    "SyntaxError: Unexpected token: }",
    "tokens=1532",
    "max_tokens: 4096",
    "token expired",
    "token: expired",
    "token_count=5",
    "secret: my-app not found",
    'secrets "db" is forbidden',
    "bearer authentication failed",
    "Bearer error=invalid_token",
    "basic authentication required",
    "Basic setup",
    "cookie: none",
    "cookies enabled",
    "signature mismatch",
    "signature: invalid",
    "signature verification failed",
    "api key missing",
    "monkey=banana1234",
    "key=order-1234-5678",
    "primary_key=12345678",
    "cache key: user:12345678:profile",
    "http://host:8080/foo",
    "http://host:8080/foo@bar",
    "https://example.com/a?b=c@d",
    "redis://cache:6379/0",
    "10.0.0.1:5432",
    "192.168.100.200",
    "2001:db8:85a3::8a2e:370:7334",
    "aa:bb:cc:dd:ee:ff",
    "commit 4bf377e8f1e2d3c4b5a697887766554433221100",
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "d41d8cd98f00b204e9800998ecf8427e",
    "550e8400-e29b-41d4-a716-446655440000",
    "trace_id=4bf92f3577b34da6a3ce929d0e0e4736",
    "span=00f067aa0ba902b7",
    "0x7ffe13812345678",
    "1716123456",
    "1716123456789",
    "1716123456789012",
    "1716123456789012345",
    "ts=1716123456.789",
    "2024-05-01 12:00:00 +0800 1234",
    "[10/Oct/2000:13:55:36 +0800] 12345678",
    "2024-05-01T12:00:00+08:00 12345678",
    "+1000 2024-05-01",
    "2024-05-01 12:00:00,123",
    "20240501120000",
    "at 15032385536 bytes",
    "size=15032385536",
    "heap 15032385536B",
    "offset: 13812345678",
    "took 13812345678ns",
    "used 13812345678 / total 15812345678",
    "lsn 15032385536",
    "order 138123456789",
    "order 1381234567",
    "0.13812345678",
    "v1.13812345678",
    "id_13812345678",
    "12012345678",
    "ID 110105194912310021",
    "ID 110105194913310021",
    "4111111111111112",
    "1234567890123456",
    "0000000000000000",
    "6222020000000000001",
    "0.4111111111111111",
    "a4111111111111111",
    "java.lang.Object@1b2c3d4e",
    "com.foo.Bar$Baz@7f31245a",
    "git@github.com:org/repo.git",
    "lodash@4.17.21",
    "@types/node@20.1.0",
    "image@sha256:abcd",
    "root@web-1",
    "app@db.internal",
    "user@host.local",
    "user@@example",
    "a @ b.com",
    "sk-1234",
    "task-abcdefghij0123456789abcdefghij01",
    "AKIA",
    "AKIAFOO",
    "eyJ",
    "eyJhbGciOiJ",
    "t-shirt",
    "kubernetes.io/service-account-token",
    "/var/run/secrets/kubernetes.io/serviceaccount/token",
    "secretKeyRef: name: db",
    "pay-7d9f8b6c5-x2x4k",
    "i-0123456789abcdef0",
    "arn:aws:iam::123456789012:role/x",
    "(1 row) 12-34567",
    "010-123",
    "Java 17.0.9+9-LTS-201",
    "port 13812",
    "line 13812345678901234567890",
]


@pytest.mark.parametrize(("text", "wanted"), TAKEN_OUT)
def test_secrets_and_personal_data_are_taken_out(text: str, wanted: str) -> None:
    assert ALL.text(text) == wanted


@pytest.mark.parametrize(("text", "wanted"), TAKEN_OUT)
def test_redacting_twice_changes_nothing_more(text: str, wanted: str) -> None:
    assert ALL.text(wanted) == wanted, text


@pytest.mark.parametrize("text", LEFT_IN)
def test_what_only_looks_alike_stays(text: str) -> None:
    assert ALL.text(text) == text


def test_a_private_key_is_taken_out_over_its_lines_also_when_its_end_is_cut_off() -> None:
    key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow--IBAAK\n-----END RSA PRIVATE KEY-----"
    assert ALL.text(f"before\n{key}\nafter") == "before\n[private key]\nafter"
    assert ALL.text(f"before\n{key[:40]}") == "before\n[private key]"


def test_text_around_half_characters_and_chinese_is_cut_at_the_right_places() -> None:
    assert ALL.text("用户\ud83d 13812345678 密码=abc1") == "用户? [phone] 密码=[password]"


def test_every_text_of_a_finding_is_redacted() -> None:
    secret = "user me@example.com"
    found = finding(
        title=secret,
        labels={"service": "pay", "who": secret},
        annotations={"message": secret},
        samples=(sample(secret),),
    )
    clean = ALL.finding(found)
    assert clean.title == "user [email]"
    assert clean.labels == {"service": "pay", "who": "user [email]"}
    assert clean.annotations == {"message": "user [email]"}
    assert [one.text for one in clean.samples] == ["user [email]"]


def test_kinds_can_be_left_in_and_all_of_it_switched_off() -> None:
    text = "me@example.com 13812345678"
    assert Redactor(RedactionSettings(off=("email",))).text(text) == "me@example.com [phone]"
    nothing = Redactor(RedactionSettings(enabled=False))
    assert nothing.text(text) == text
    found = finding(title=text)
    assert nothing.finding(found) == found


def test_last_digits_can_stay_to_tell_numbers_apart() -> None:
    some = Redactor(RedactionSettings(keep_last=4))
    assert some.text("138-1234-5678 password=abc1") == "[phone …5678] password=[password]"


def test_a_kind_of_ones_own_takes_out_its_first_group() -> None:
    own = ExtraKind(name="employee", pattern=r"staff no (E\d+)")
    redactor = Redactor(RedactionSettings(extra=(own,)))
    assert redactor.text("staff no E1234 left") == "staff no [employee] left"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"off": ["mail"]}, "names out of private key, token, password"),
        ({"extra": [{"name": "x", "pattern": "("}]}, "a regular expression in RE2's syntax"),
        ({"extra": [{"name": "x", "pattern": "a*"}]}, "does not match the empty text"),
        ({"keep_last": 9}, "less than or equal to 4"),
    ],
)
def test_bad_settings_say_what_is_wanted(settings: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        RedactionSettings.model_validate(settings)


def test_each_kind_is_shown_by_an_example() -> None:
    marks = " ".join(wanted for _, wanted in TAKEN_OUT) + " [private key]"
    assert all(f"[{kind.name}]" in marks for kind in KINDS)


def test_a_number_that_the_end_of_the_message_would_halve_is_seen_whole() -> None:
    said = "x" * (MESSAGE_CHARS - 7) + " 13812345678 and more"
    cut = ALL.finding(finding(annotations={"message": said})).annotations["message"]
    assert cut == ("x" * (MESSAGE_CHARS - 7) + " [phone]")[:MESSAGE_CHARS]
    off = Redactor(RedactionSettings(enabled=False))
    assert len(off.finding(finding(annotations={"message": said})).annotations["message"]) == 300


def test_what_a_source_says_and_former_labels_are_redacted_too() -> None:
    former = finding(formerly=({"user": "a@example.com"},))
    troubled = progress(error="cannot open mysql://root:hunter2@db/x")
    found = ALL.report(report(former, progress=(troubled, progress("file:b"))))
    assert found.findings[0].formerly == ({"user": "[email]"},)
    assert [one.error for one in found.progress] == [
        "cannot open mysql://root:[password]@db/x",
        "",
    ]


def test_fields_are_redacted_by_their_names_and_numbers_too() -> None:
    fields = {"password": "hunter22xyz", "phone": 13800138000, "status": 500, "who": "a@b.example"}
    (found,) = (
        Redactor(RedactionSettings())
        .finding(finding(samples=(replace(sample(), fields=fields),)))
        .samples
    )
    shown = str(found.fields)
    assert found.fields["status"] == 500
    assert "hunter22xyz" not in shown
    assert "13800138000" not in shown
    assert "a@b.example" not in shown
