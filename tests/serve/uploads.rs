//! Uploads: the two calls, and `kenarc upload` with them.

use super::*;

const TOKEN_PATH: &str = "POST /experimental/open-platform/chat/upload";
const PNG: &[u8] = b"\x89PNG\r\n\x1A\n and the rest";
const FORM: (&str, &str) = ("Content-Type", "multipart/form-data; boundary=b");

/// Returns a form with a file, between boundaries `b`.
fn form(name: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
    [head.as_bytes(), content, b"\r\n--b--\r\n"].concat()
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

/// Asks for an upload token.
fn token(server: &Server) -> String {
    let answer = server.request(TOKEN_PATH, &[JSON, KEY], "{}");
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json["token"].as_str().unwrap().to_owned()
}

#[test]
fn a_file_is_uploaded_with_a_token_that_the_server_has_issued() {
    let server = Server::start("--record record");
    let token = token(&server);
    let upload = |token: &str, body: &[u8]| {
        server.request("POST /upload/image", &[FORM, ("Authorization", &bearer(token))], body)
    };
    let answer = upload(&token, &form("photo.png", PNG));
    assert_eq!((answer.status, &answer.json["status"]), (200, &json!("ok")), "{answer:?}");
    assert!(answer.json["id"].as_str().is_some_and(|id| id.len() == 32));
    let answer = upload("another", &form("photo.png", PNG));
    assert_eq!(
        (answer.status, answer.message()),
        (401, "unknown upload token: expected one that this server has issued")
    );
    let records = server.records();
    assert_eq!((&records[0]["call"], &records[0]["body"]), (&json!("upload_token"), &json!({})));
    assert_eq!(
        (&records[1]["call"], &records[1]["body"]),
        (&json!("upload"), &json!({ "file": "photo.png", "bytes": PNG.len() }))
    );
    let text = server.folder.read("record");
    let shown = server.stop().stderr;
    assert!(!text.contains(&token) && !shown.contains(&token), "{shown}");
    assert!(
        shown.contains("200  upload token  issued an upload token\n200  upload as image  photo.png (21 bytes)\n"),
        "{shown}"
    );
}

#[test]
fn what_the_api_would_refuse_is_refused() {
    let server = Server::start("");
    let token = token(&server);
    let refused = |status: u16, kind: &str, content_type: &str, body: &[u8]| {
        let headers = [("Content-Type", content_type), ("Authorization", &bearer(&token))];
        let answer = server.request(&format!("POST /upload/{kind}"), &headers, body);
        assert_eq!(answer.status, status, "{answer:?}");
        answer.message().to_owned()
    };
    let file = |status, kind, name: &str, content: &[u8]| refused(status, kind, FORM.1, &form(name, content));
    assert_eq!(
        file(400, "image", "report.pdf", b"%PDF-1.7"),
        "report.pdf is not of a format that the API takes as image; image takes png, jpg, jpeg"
    );
    assert_eq!(
        file(400, "image", "photo.png", b"GIF89a"),
        "photo.png is not a PNG file, although its name says so; image takes png, jpg, jpeg"
    );
    assert_eq!(file(400, "image", "photo.png", b""), "photo.png is empty; image takes png, jpg, jpeg");
    let large = [PNG, &vec![0; 5_000_000]].concat();
    assert!(file(400, "image", "photo.png", &large).starts_with("photo.png is too large: the API takes up to 5 MB"));
    let larger = [PNG, &vec![0; 6_000_000]].concat();
    assert_eq!(file(413, "image", "photo.png", &larger), "the file is larger than image allows");
    assert_eq!(
        refused(415, "image", "image/png", PNG),
        "unsupported `Content-Type`: expected `multipart/form-data` with a boundary"
    );
    assert_eq!(refused(400, "image", FORM.1, b"--b--\r\n"), "the form has no field `file` with the file");
    let text = b"--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n--b--\r\n";
    assert_eq!(refused(400, "image", FORM.1, text), "the field `file` has no file name");
    let cut = form("photo.png", PNG);
    assert!(refused(400, "image", FORM.1, &cut[..cut.len() - 9]).starts_with("the form is damaged: "));
    assert_eq!(refused(404, "picture", FORM.1, &cut).split(';').next(), Some("no such path"));
}

#[test]
fn an_upload_token_needs_the_key_and_an_object() {
    let server = Server::start("");
    let answer = server.request(TOKEN_PATH, &[JSON, CURRENT], "{}");
    assert_eq!((answer.status, answer.message()), (401, "missing header `x-api-key`"));
    for body in ["", "[]", "{"] {
        let answer = server.request(TOKEN_PATH, &[JSON, KEY], body);
        assert_eq!((answer.status, answer.message()), (400, "the body is not a JSON object: send `{}`"), "{body}");
    }
    let answer = server.request("POST /upload/image", &[FORM], form("photo.png", PNG));
    assert_eq!((answer.status, answer.message()), (401, "missing header `Authorization`"));
    let get = server.request("GET /upload/image", &[], "");
    assert_eq!((get.status, get.message()), (405, "method not allowed; files are sent with POST"));
}

#[test]
fn the_name_of_a_file_controls_nothing_and_shows_no_secret() {
    let server = Server::start("--record record");
    let token = token(&server);
    let name = format!("\u{1b}[31m{token}.gif");
    let headers = [FORM, ("Authorization", &*bearer(&token))];
    let answer = server.request("POST /upload/image", &headers, form(&name, PNG));
    assert_eq!(answer.status, 400, "{answer:?}");
    let record = server.folder.read("record");
    let shown = server.stop().stderr;
    for output in [&record, &shown, answer.message()] {
        assert!(!output.contains(&token) && !output.contains('\u{1b}'), "{output}");
    }
}

#[test]
fn faults_apply_to_both_calls() {
    let server = Server::start("--fail 503=100%");
    assert_eq!(server.request(TOKEN_PATH, &[JSON, KEY], "{}").status, 503);
}

/// Runs a command of kenarc in the folder of a server, with secrets and the server's address.
fn kenarc(server: &Server, arguments: &str) -> Run {
    let mut command = server.folder.command(words(&format!("{arguments} --base-url {}", server.url())));
    Run::of(command.env("KENAR_API_KEY", API_KEY).env("KENAR_ACCESS_TOKEN", ACCESS_TOKEN))
}

#[test]
fn kenarc_upload_gets_a_token_that_kenarc_send_sends() {
    let template = "variables: { photo: { type: string } }\nmedia_token: '{{ photo }}'\ntext_message: null\n";
    let folder = Folder::with("photo.png", PNG).and("reminder.yaml", template);
    let video = [b"\0\0\0\x18ftypmp42", vec![7; 20_000_000].as_slice()].concat();
    let server = Server::start_in(folder.and("film.mp4", video), "--record record");
    let run = kenarc(&server, "upload photo.png");
    assert_eq!(run.status, 0, "{run}");
    let media = run.stdout.trim().to_owned();
    let run = kenarc(&server, &format!("send reminder.yaml --var photo={media} --bot-conversation c-1"));
    assert_eq!(run.status, 0, "{run}");
    assert_eq!(server.records()[2]["body"], json!({ "media_token": media }));
    let run = kenarc(&server, "upload film.mp4");
    assert_eq!(run.status, 0, "{run}");
    assert_eq!(server.records()[4]["body"], json!({ "file": "film.mp4", "bytes": 20_000_012 }));
}

#[test]
fn kenarc_upload_explains_an_injected_fault() {
    let server = Server::start_in(Folder::with("photo.png", PNG), "--fail 403=100%");
    let run = kenarc(&server, "upload photo.png");
    assert!(run.status == 3 && run.stderr.contains("CHAT_UPLOAD_MEDIA"), "{run}");
}
