//! How the server starts and stops.

use super::*;

#[test]
fn port_in_use_is_reported_with_help() {
    let server = Server::start("");
    let port = server.address.port().to_string();
    let run = Folder::empty().kenarc(["serve", "--port", &port]);
    // How the system words it is the system's affair.
    assert_eq!(run.status, 2, "{run}");
    assert!(run.stderr.starts_with(&format!("error: cannot listen on 127.0.0.1:{port}: ")), "{run}");
    assert!(
        run.stderr
            .ends_with(" help: another program listens there; choose another port with --port, or 0 for a free one\n"),
        "{run}"
    );
}

#[test]
fn server_listens_on_loopback_only() {
    let server = Server::start("");
    assert!(server.address.ip().is_loopback());
}

#[test]
fn the_option_port_chooses_the_port() {
    let port = Server::start("").address.port();
    let server = Server::start(&format!("--port {port}"));
    assert_eq!(server.address.port(), port);
}

#[test]
fn sigint_and_sigterm_stop_the_server_with_a_summary() {
    for signal in ["INT", "TERM"] {
        let server = Server::start("");
        server.post(GOOD);
        server.post("{}");
        server.post(GOOD);
        server.signal(signal);
        let run = server.wait();
        assert_eq!(run.status, 0, "{run}");
        assert!(run.stderr.ends_with("3 requests: 2 × 200, 1 × 400\n"), "{run}");
    }
}

#[test]
fn idle_connections_do_not_delay_the_end() {
    let server = Server::start("");
    let _said_nothing = server.connect();
    let mut kept = send(server.connect(), &format!("POST {PATH}"), &[JSON, KEY, CLASSIC], GOOD);
    assert_eq!(Answer::read(&mut kept).unwrap().status, 200);
    let started = Instant::now();
    assert_eq!(server.stop().status, 0);
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
}

#[test]
fn requests_in_flight_are_completed_before_the_server_ends() {
    let server = Server::start("--record record --fail slow=300ms");
    let mut stream = send(server.connect(), &format!("POST {PATH}"), &[JSON, KEY, CLASSIC], GOOD);
    server.wait_for_records(1);
    let run = server.stop();
    assert_eq!(Answer::read(&mut stream).unwrap().status, 200);
    assert_eq!(run.status, 0, "{run}");
}

#[test]
fn a_second_signal_ends_the_server_at_once() {
    let server = Server::start("--record record --fail slow=5m");
    let mut stream = send(server.connect(), &format!("POST {PATH}"), &[JSON, KEY, CLASSIC], GOOD);
    server.wait_for_records(1);
    server.signal("INT");
    // The first one closes the door.
    let started = Instant::now();
    while TcpStream::connect(server.address).is_ok() {
        assert!(started.elapsed() < PATIENCE);
        thread::sleep(Duration::from_millis(5));
    }
    server.signal("TERM");
    let run = server.wait();
    assert_eq!(run.status, 0, "{run}");
    assert!(Answer::read(&mut stream).is_none());
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
}

#[test]
fn the_option_quiet_prints_errors_only() {
    let server = Server::start("--quiet");
    server.post(GOOD);
    server.post("{}");
    let run = server.stop();
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
}

#[test]
fn closed_terminal_does_not_stop_the_server() {
    let mut server = Server::start("");
    // Nobody reads stdout any more; stderr is read to its end by a thread.
    drop(server.child.stdout.take());
    assert_eq!([server.post("{}").status, server.post(GOOD).status], [400, 200]);
}

/// Runs a script of the folder `examples`.
fn example(name: &str) -> Run {
    let binaries = std::path::Path::new(env!("CARGO_BIN_EXE_kenarc")).parent().unwrap();
    let path = format!("{}:{}", binaries.display(), std::env::var("PATH").unwrap());
    let script = format!("{}/examples/{name}", env!("CARGO_MANIFEST_DIR"));
    let run = Run::ended(Command::new("bash").arg(script).env("PATH", path).output().unwrap());
    assert_eq!(run.status, 0, "{run}");
    run
}

#[test]
fn the_example_with_curl_runs() {
    if !has("curl", ["--version"]) {
        return;
    }
    let run = example("serve.sh");
    let answers: Vec<Value> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&answers[0]["status"], &answers[1]["code"]), (&json!(200), &json!(3)), "{run}");
}

#[test]
fn the_example_of_a_batch_delivers_its_good_rows_once() {
    if !has("bash", ["--version"]) {
        return;
    }
    let run = example("batch.sh");
    assert!(
        run.stderr.contains("delivered 3 messages")
            && run.stderr.contains("not sent: 3 messages delivered by an earlier run"),
        "{run}"
    );
    assert!(run.stdout.contains("kenarc_error,conversation_id") && !run.stdout.contains("token-of"), "{run}");
}
