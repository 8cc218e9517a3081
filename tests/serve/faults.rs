//! Injected faults and limits: `--fail`, `--limit`.

use super::*;

use kenarc::send::Rate;
use kenarc::serve::Faults;

#[test]
fn fault_specifications_are_parsed() {
    for spec in [
        "412=1%",
        "412=1%,429=5%,500=1%,drop=1%,slow=2s",
        "drop=100%",
        "cut=0.0001%",
        "slow=10%@200ms",
        "400=50%,599=50%",
        "503=0%",
    ] {
        assert_eq!(spec.parse::<Faults>().unwrap().to_string(), spec);
    }
    for (spec, same) in
        [(" 412=1% , drop=2.50%", "412=1%,drop=2.5%"), ("slow=1m", "slow=60s"), ("slow=100%@0.5s", "slow=500ms")]
    {
        assert_eq!(spec.parse::<Faults>().unwrap().to_string(), same);
    }
}

#[test]
fn invalid_fault_specifications_are_refused() {
    let stderr = [
        "",
        "412",
        "412=1%,",
        "200=1%",
        "399=1%",
        "600=1%",
        "crash=1%",
        "412=1",
        "412=%",
        "412=x%",
        "412=-1%",
        "412=101%",
        "412=1.00001%",
        "412=60%,drop=40.5%",
        "412=1%,412=2%",
        "slow=1s,slow=2s",
        "slow=2",
        "slow=5%",
        "slow=1h",
        "slow=11m",
        "slow=-1s",
        "slow=5@1s",
    ]
    .map(|spec| format!("{:20} {}\n", format!("{spec:?}"), spec.parse::<Faults>().unwrap_err()));
    assert_snapshot!(stderr.concat(), @r#"
    ""                   invalid fault ``: expected `FAULT=SHARE`, such as `412=1%`
    "412"                invalid fault `412`: expected `FAULT=SHARE`, such as `412=1%`
    "412=1%,"            invalid fault ``: expected `FAULT=SHARE`, such as `412=1%`
    "200=1%"             unknown fault `200=1%`: expected a status from 400 to 599, `drop`, `cut` or `slow`
    "399=1%"             unknown fault `399=1%`: expected a status from 400 to 599, `drop`, `cut` or `slow`
    "600=1%"             unknown fault `600=1%`: expected a status from 400 to 599, `drop`, `cut` or `slow`
    "crash=1%"           unknown fault `crash=1%`: expected a status from 400 to 599, `drop`, `cut` or `slow`
    "412=1"              invalid share in `412=1`: expected a percentage from 0% to 100%, such as `1%` or `0.5%`
    "412=%"              invalid share in `412=%`: expected a percentage from 0% to 100%, such as `1%` or `0.5%`
    "412=x%"             invalid share in `412=x%`: expected a percentage from 0% to 100%, such as `1%` or `0.5%`
    "412=-1%"            invalid share in `412=-1%`: expected a percentage from 0% to 100%, such as `1%` or `0.5%`
    "412=101%"           invalid share in `412=101%`: expected a percentage from 0% to 100%, such as `1%` or `0.5%`
    "412=1.00001%"       invalid share in `412=1.00001%`: expected a percentage from 0% to 100%, such as `1%` or `0.5%`
    "412=60%,drop=40.5%" the shares sum to 100.5%: expected at most 100%
    "412=1%,412=2%"      fault `412` is given twice
    "slow=1s,slow=2s"    fault `slow` is given twice
    "slow=2"             invalid delay in `slow=2`: expected a time of at most 10 minutes, such as `200ms`, `2s` or `1m`, or with a share `slow=10%@2s`
    "slow=5%"            invalid delay in `slow=5%`: expected a time of at most 10 minutes, such as `200ms`, `2s` or `1m`, or with a share `slow=10%@2s`
    "slow=1h"            invalid delay in `slow=1h`: expected a time of at most 10 minutes, such as `200ms`, `2s` or `1m`, or with a share `slow=10%@2s`
    "slow=11m"           invalid delay in `slow=11m`: expected a time of at most 10 minutes, such as `200ms`, `2s` or `1m`, or with a share `slow=10%@2s`
    "slow=-1s"           invalid delay in `slow=-1s`: expected a time of at most 10 minutes, such as `200ms`, `2s` or `1m`, or with a share `slow=10%@2s`
    "slow=5@1s"          invalid share in `slow=5@1s`: expected a percentage from 0% to 100%, such as `1%` or `0.5%`
    "#);
    let run = Folder::empty().kenarc(words("serve --fail 412=1%,drop=2"));
    assert_eq!(run.status, 2);
    assert!(
        run.stderr.contains("invalid value '412=1%,drop=2' for '--fail <SPEC>': invalid share in `drop=2`"),
        "{run}"
    );
}

#[test]
fn injected_status_has_its_documented_response() {
    let answer = |spec: &str| Server::start(&format!("--fail {spec}=100%")).post(GOOD);
    let restricted =
        json!({ "code": 9, "message": "message delivery failed due to recipient's restriction", "details": [] });
    assert_eq!(answer("412").json, restricted);
    for (status, code) in [(400, 3), (401, 16), (403, 7), (404, 5), (429, 8), (500, 13), (503, 14), (504, 4), (418, 2)]
    {
        let answer = answer(&status.to_string());
        assert_eq!((answer.status, &answer.json["code"]), (status, &json!(code)));
        assert_eq!(answer.header("retry-after"), [429, 503].contains(&status).then_some("3"));
    }
    let server = Server::start("--fail 429=100% --retry-after 7");
    assert_eq!(server.post(GOOD).header("retry-after"), Some("7"));
}

#[test]
fn faults_affect_only_valid_requests() {
    let server = Server::start("--fail drop=100%");
    assert_eq!(server.post("{}").status, 400);
    assert_eq!(server.request(&format!("POST {PATH}"), &[JSON], GOOD).status, 401);
}

#[test]
fn drop_gives_no_response_and_cut_half_of_it() {
    let said = |spec: &str| {
        let server = Server::start(&format!("--record record --fail {spec}=100%"));
        let mut stream = send(server.connect(), &format!("POST {PATH}"), &[JSON, KEY, CLASSIC], GOOD);
        let mut said = String::new();
        stream.read_to_string(&mut said).unwrap();
        assert_eq!(server.records()[0]["answer"], spec);
        said
    };
    assert_eq!(said("drop"), "");
    let (head, body) =
        said("cut").split_once("\r\n\r\n").map(|(head, body)| (head.to_owned(), body.to_owned())).unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK") && head.contains("content-length: 31"), "{head}");
    assert_eq!(body, r#"{"status":200,""#);
}

#[test]
fn kenarc_send_reports_faults_as_unknown() {
    for (spec, status) in [("drop=100%", 4), ("cut=100%", 4), ("500=100%", 4), ("412=100%", 3), ("429=100%", 3)] {
        let server = Server::start_in(Folder::with("t.yaml", "message: سلام\n"), &format!("--fail {spec}"));
        let send = format!("send t.yaml --conversation c1 --base-url {}", server.url());
        let mut command = server.folder.command(words(&send));
        let run = Run::of(command.env("KENAR_API_KEY", API_KEY).env("KENAR_ACCESS_TOKEN", ACCESS_TOKEN));
        assert_eq!(run.status, status, "{spec}: {run}");
    }
}

#[test]
fn the_same_seed_gives_the_same_faults() {
    let sequence = |seed: u64| {
        let server = Server::start(&format!("--record record --seed {seed} --fail 412=20%,500=20%,drop=20%,cut=10%"));
        let outcomes: Vec<Option<u16>> = (0..60).map(|_| server.outcome()).collect();
        let delivered: Vec<Value> = server.records().iter().map(|record| record["delivered"].clone()).collect();
        (outcomes, delivered)
    };
    let (outcomes, delivered) = sequence(7);
    assert_eq!((&outcomes, &delivered), (&sequence(7).0, &sequence(7).1));
    assert_ne!(outcomes, sequence(8).0);
    let count = |wanted| outcomes.iter().filter(|outcome| **outcome == wanted).count();
    assert_eq!([Some(200), Some(412), Some(500), None].map(count).iter().sum::<usize>(), 60);
    assert!([Some(200), Some(412), Some(500), None].map(count).iter().all(|count| *count > 3), "{outcomes:?}");
    // What was refused was not delivered; what is unknown was, now and then.
    for (wanted, expected) in
        [(Some(200), [true].as_slice()), (Some(412), &[false]), (Some(500), &[true, false]), (None, &[true, false])]
    {
        let is = |value: bool| {
            outcomes.iter().zip(&delivered).any(|(outcome, delivered)| *outcome == wanted && delivered == value)
        };
        assert_eq!([true, false].map(is), [true, false].map(|value| expected.contains(&value)), "{wanted:?}");
    }
}

#[test]
fn faults_occur_as_often_as_their_shares_say() {
    let server = Server::start("--quiet --seed 1 --fail 412=25%");
    let mut stream = server.connect();
    let mut refused = 0;
    for _ in 0..2000 {
        stream = send(stream, &format!("POST {PATH}"), &[JSON, KEY, CLASSIC], GOOD);
        refused += u32::from(Answer::read(&mut stream).unwrap().status == 412);
    }
    assert!((440..560).contains(&refused), "{refused}");
}

#[test]
fn random_seed_is_printed() {
    let stderr = Server::start("--fail drop=1%").stop().stderr;
    assert!(stderr.contains("injects faults: drop=1%; `--seed "), "{stderr}");
}

#[test]
fn slow_delays_the_response_and_not_the_record() {
    let server = Server::start("--record record --fail slow=300ms");
    let started = Instant::now();
    let mut stream = send(server.connect(), &format!("POST {PATH}"), &[JSON, KEY, CLASSIC], GOOD);
    let records = server.wait_for_records(1);
    assert_eq!((&records[0]["delivered"], &records[0]["delay_ms"]), (&json!(true), &json!(300)));
    assert_eq!(Answer::read(&mut stream).unwrap().status, 200);
    assert!(started.elapsed() >= Duration::from_millis(300));
}

#[test]
fn slow_responses_do_not_block_others() {
    let server = Server::start("--fail slow=300ms");
    let started = Instant::now();
    let streams: Vec<TcpStream> =
        (0..20).map(|_| send(server.connect(), &format!("POST {PATH}"), &[JSON, KEY, CLASSIC], GOOD)).collect();
    for mut stream in streams {
        assert_eq!(Answer::read(&mut stream).unwrap().status, 200);
    }
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
}

#[test]
fn limits_are_parsed() {
    for text in ["1/s", "600/m", "4294967295/h"] {
        assert_eq!(text.parse::<Rate>().unwrap().to_string(), text);
    }
    let stderr = ["", "60", "60/", "/m", "60/d", "0/m", "-1/m", "1.5/s", "+5/s", "99999999999/m", "a/m", "60 / m"]
        .map(|text| format!("{:15} {}\n", format!("{text:?}"), text.parse::<Rate>().unwrap_err()));
    assert_snapshot!(stderr.concat(), @r#"
    ""              invalid rate: expected a number of requests and a unit of time, such as `60/m`
    "60"            invalid rate: expected a number of requests and a unit of time, such as `60/m`
    "60/"           invalid unit of time: expected `s`, `m` or `h` (a second, a minute or an hour)
    "/m"            invalid rate: expected a number of requests and a unit of time, such as `60/m`
    "60/d"          invalid unit of time: expected `s`, `m` or `h` (a second, a minute or an hour)
    "0/m"           invalid rate: expected at least one request
    "-1/m"          invalid rate: expected a number of requests and a unit of time, such as `60/m`
    "1.5/s"         invalid rate: expected a number of requests and a unit of time, such as `60/m`
    "+5/s"          invalid rate: expected a number of requests and a unit of time, such as `60/m`
    "99999999999/m" invalid rate: expected at most 4294967295 requests
    "a/m"           invalid rate: expected a number of requests and a unit of time, such as `60/m`
    "60 / m"        invalid unit of time: expected `s`, `m` or `h` (a second, a minute or an hour)
    "#);
}

#[test]
fn requests_beyond_the_limit_get_retry_after() {
    let server = Server::start("--limit 2/s");
    assert_eq!([server.post(GOOD).status, server.post("{}").status], [200, 400], "both count");
    let third = server.post(GOOD);
    assert_eq!((third.status, third.message()), (429, "the limit of 2/s requests is reached"));
    assert_eq!((third.header("retry-after"), &third.json["code"]), (Some("1"), &json!(8)));
    thread::sleep(Duration::from_secs(1));
    assert_eq!(server.post(GOOD).status, 200, "those that were not taken do not count");
}

#[test]
fn the_limit_applies_to_any_minute() {
    let server = Server::start("--limit 3/m");
    let statuses: Vec<u16> = (0..5).map(|_| server.post(GOOD).status).collect();
    assert_eq!(statuses, [200, 200, 200, 429, 429]);
    let wait: u64 = server.post(GOOD).header("retry-after").unwrap().parse().unwrap();
    assert!((40..=60).contains(&wait), "{wait}");
}
