//! `kenarc upload`: the two requests, the outcomes, and what is refused before anything is sent.

use insta::assert_snapshot;

use super::*;
use crate::server::api_error;

const TOKEN: &str = r#"{"token":"upload-token-nobody-may-see"}"#;
const UPLOADED: &str = r#"{"id":"media-1","status":"ok"}"#;
const PDF: &[u8] = b"%PDF-1.7\r\n--\0\xFF the content\n%%EOF";

/// Returns a server that answers the two requests.
fn server(permission: Behaviour, transfer: Behaviour) -> Server {
    Server::start(Behaviour::InTurn(vec![permission, transfer]))
}

fn upload(server: &Server, name: &str, content: &[u8], arguments: &str) -> Run {
    let folder = Folder::with(name, content);
    let mut command = folder.command(["upload", name, "--base-url", &server.url()]);
    let run = Run::of(command.args(words(arguments)).env("KENAR_API_KEY", API_KEY));
    assert!(!run.stdout.contains("nobody-may-see") && !run.stderr.contains("nobody-may-see"), "{run}");
    assert!(!run.stderr.contains(API_KEY), "{run}");
    Run { stderr: run.stderr.replace(&server.url(), "http://SERVER"), ..run }
}

#[test]
fn the_file_is_uploaded_with_the_token_and_its_media_token_printed() {
    let server = server(answer(200, &[JSON], TOKEN), answer(200, &[JSON], UPLOADED));
    let run = upload(&server, "گزارش \"نهایی\".pdf", PDF, "");
    assert_snapshot!(run, @r#"
    exit status 0
    --- stdout
    media-1
    --- stderr
    uploaded گزارش "نهایی".pdf as file (32 B)
    "#);
    let [permission, transfer] = &server.received()[..] else { panic!("not two requests") };
    assert_eq!(permission.line(), "POST /experimental/open-platform/chat/upload HTTP/1.1");
    assert_eq!(permission.body, b"{}");
    assert_eq!(permission.header("x-api-key"), Some(API_KEY));
    assert_eq!(permission.header("authorization"), None);
    assert_eq!(transfer.line(), "POST /upload/file HTTP/1.1");
    assert_eq!(transfer.header("authorization"), Some("Bearer upload-token-nobody-may-see"));
    assert_eq!(transfer.header("x-api-key"), None);
    let content_type = transfer.header("content-type").unwrap();
    let boundary = content_type.strip_prefix("multipart/form-data; boundary=").unwrap();
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"گزارش %22نهایی%22.pdf\"\r\n\
         Content-Type: application/pdf\r\n\r\n"
    );
    assert_eq!(transfer.body, [head.as_bytes(), PDF, format!("\r\n--{boundary}--\r\n").as_bytes()].concat());
}

#[test]
fn a_large_file_arrives_whole() {
    let server = server(answer(200, &[JSON], TOKEN), answer(200, &[JSON], UPLOADED));
    let content: Vec<u8> =
        (*b"\x89PNG\r\n\x1A\n").into_iter().chain((0..4_000_000_u32).map(|index| index.to_le_bytes()[1])).collect();
    let run = upload(&server, "a.png", &content, "--kind image");
    assert_eq!((run.status, run.stdout.as_str()), (0, "media-1\n"), "{run}");
    let body = &server.received()[1].body;
    assert!(body.windows(content.len()).any(|window| window == content));
}

#[test]
fn a_dry_run_prints_both_requests_and_sends_nothing() {
    let folder = Folder::with("a.m4a", b"\0\0\0\x20ftypM4A ");
    let run = folder.kenarc(["upload", "a.m4a", "--dry-run"]);
    let boundary = run.stdout.split("boundary=").nth(1).unwrap().lines().next().unwrap().to_owned();
    assert_snapshot!(run.stdout.replace(&boundary, "BOUNDARY"), @r#"
    POST https://open-api.divar.ir/experimental/open-platform/chat/upload
    Content-Type: application/json
    User-Agent: kenarc/0.1.0
    x-api-key: [redacted]

    {}

    POST https://chat.divar.ir/upload/voice
    Content-Type: multipart/form-data; boundary=BOUNDARY
    User-Agent: kenarc/0.1.0
    Authorization: Bearer [redacted]

    --BOUNDARY
    Content-Disposition: form-data; name="file"; filename="a.m4a"
    Content-Type: audio/mp4

    [12 bytes]
    --BOUNDARY--
    "#);
}

#[test]
fn a_file_that_the_api_would_refuse_is_not_sent() {
    let refused = |name: &str, content: &[u8], arguments: &str| {
        let server = server(answer(200, &[JSON], TOKEN), answer(200, &[JSON], UPLOADED));
        let run = upload(&server, name, content, arguments);
        assert!(server.received().is_empty(), "{run}");
        run
    };
    assert_snapshot!(refused("a.gif", b"GIF89a", ""), @r"
    exit status 1
    --- stderr
    error: a.gif is not of a format that the API takes
     help: convert it to image (`.png`, `.jpg` or `.jpeg`), video (`.mp4`), voice (`.m4a` or `.3gp`) or file (`.pdf`, `.doc`, `.xls`, `.ppt`, `.docx`, `.xlsx` or `.pptx`)
    ");
    assert_snapshot!(refused("a.png", b"\x89PNG\r\n\x1A\n", "--kind voice"), @r"
    exit status 1
    --- stderr
    error: a.png is not of a format that the API takes as voice
     help: use `.m4a` or `.3gp`, or another --kind
    ");
    assert_snapshot!(refused("a.png", b"GIF89a", ""), @r"
    exit status 1
    --- stderr
    error: a.png is not a PNG file, although its name says so
     help: convert the file, or correct the extension of its name
    ");
    assert_snapshot!(refused("a.m4a", &[b"\0\0\0\x20ftypM4A ".to_vec(), vec![0; 1_500_000]].concat(), ""), @r"
    exit status 1
    --- stderr
    error: a.m4a is too large: the API takes up to 1.5 MB as voice
     help: compress it, or send a link to it instead
    ");
    assert_snapshot!(refused("a.png", b"x", "--kind picture"), @r"
    exit status 2
    --- stderr
    error: invalid value 'picture' for '--kind <KIND>': expected `image`, `video`, `voice` or `file`

    For more information, try '--help'.
    ");
}

#[test]
fn missing_file_and_missing_key_are_errors() {
    let folder = Folder::with("a.pdf", PDF);
    assert_snapshot!(folder.kenarc(["upload", "b.pdf"]), @r"
    exit status 2
    --- stderr
    error: cannot read b.pdf: No such file or directory (os error 2)
     help: name a file that you may read
    ");
    assert_snapshot!(folder.kenarc(["upload", "a.pdf"]), @r"
    exit status 2
    --- stderr
    error: missing API key
     help: set KENAR_API_KEY, or name a file with --api-key-file
    ");
}

#[test]
fn every_failure_says_what_to_do() {
    let failed = |permission, transfer| upload(&server(permission, transfer), "a.pdf", PDF, "--timeout 0.3");
    let (token, uploaded) = (answer(200, &[JSON], TOKEN), answer(200, &[JSON], UPLOADED));
    assert_snapshot!(failed(api_error(401, &[], 16, "no key"), uploaded.clone()), @r"
    exit status 3
    --- stderr
    error: 127.0.0.1 refused the upload: HTTP 401, UNAUTHENTICATED: no key
     help: Check the API key.
           The API key needs the permission CHAT_UPLOAD_MEDIA: request it in Kenar's panel.
    ");
    assert_snapshot!(failed(api_error(403, &[], 7, "not allowed"), uploaded.clone()), @r"
    exit status 3
    --- stderr
    error: 127.0.0.1 refused the upload: HTTP 403, PERMISSION_DENIED: not allowed
     help: The API key needs the permission CHAT_UPLOAD_MEDIA: request it in Kenar's panel.
    ");
    assert_snapshot!(failed(answer(200, &[JSON], r#"{"tokens":["upload-token-nobody-may-see"]}"#), uploaded.clone()), @r"
    exit status 2
    --- stderr
    error: not uploaded: the response from http://SERVER (HTTP 200) is not what the API documents
     help: Try again: nobody sees a file before a message refers to it.
    ");
    assert_snapshot!(failed(answer(302, &[("Location", "https://elsewhere.example/")], ""), uploaded), @r"
    exit status 3
    --- stderr
    error: 127.0.0.1 refused the upload: HTTP 302
     help: Check --base-url if it is set; otherwise the API may have moved.
    ");
    assert_snapshot!(failed(token.clone(), answer(413, &[], "too large")), @r"
    exit status 3
    --- stderr
    error: 127.0.0.1 refused the file: HTTP 413; body: too large
     help: Upload a smaller file.
    ");
    assert_snapshot!(failed(token.clone(), answer(401, &[], r#"{"message":"upload-token-nobody-may-see expired"}"#)), @r"
    exit status 3
    --- stderr
    error: 127.0.0.1 refused the file: HTTP 401: [redacted] expired
     help: Try again: the server did not accept the upload token, which is valid for a short time.
    ");
    assert_snapshot!(failed(token.clone(), answer(503, &[], "")), @r"
    exit status 2
    --- stderr
    error: not uploaded: http://SERVER failed: HTTP 503
     help: Try again: nobody sees a file before a message refers to it.
    ");
    assert_snapshot!(failed(token.clone(), answer(200, &[JSON], r#"{"id":"two words"}"#)), @r#"
    exit status 2
    --- stderr
    error: not uploaded: the response from http://SERVER (HTTP 200) is not what the API documents; body (application/json): {"id":"two words"}
     help: Try again: nobody sees a file before a message refers to it.
    "#);
    assert_snapshot!(failed(token, Behaviour::Hang), @r"
    exit status 2
    --- stderr
    error: not uploaded: no response from http://SERVER within 300 ms
     help: Try again: nobody sees a file before a message refers to it.
    ");
}
