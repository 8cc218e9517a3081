//! How fast requests leave, and when none does.

use std::time::{Duration, Instant, SystemTime};

use super::*;
use crate::batch::Batch;
use crate::recorder::{Heard, Reply, delivered, http_date, later};

/// The most requests that arrived within a time, wherever it begins.
fn fullest(arrivals: &[Instant], window: Duration) -> usize {
    let within = |from: &Instant| arrivals.iter().filter(|at| (*from..*from + window).contains(*at)).count();
    arrivals.iter().map(within).max().unwrap()
}

/// The share of a rate that was used, from the first request to the last.
fn share(arrivals: &[Instant], a_second: f64) -> f64 {
    let took = *arrivals.last().unwrap() - arrivals[0];
    (arrivals.len() - 1) as f64 / took.as_secs_f64() / a_second
}

fn arrivals(batch: &Batch) -> Vec<Instant> {
    batch.server.heard().iter().map(|heard| heard.at).collect()
}

/// Sends at a rate. Gives the most that arrived in its time, and the share of it that was used.
#[track_caller]
fn sent_at(rate: &str, count: u64, a_second: f64, window: Duration) -> (usize, f64) {
    // Slow answers, of which several must be waited for at a time.
    let batch = Batch::of(rows(1..=count), |heard| delivered().after(heard.number as u64 * 37 % 250));
    let run = batch.send(&format!("--rate {rate} --concurrency 64"));
    assert_eq!(run.status, 0, "{run}");
    let arrivals = arrivals(&batch);
    assert_eq!(arrivals.len() as u64, count);
    let (fullest, share) = (fullest(&arrivals, window), share(&arrivals, a_second));
    eprintln!("{rate}: at most {fullest} requests in {window:?}, {:.1} % of it used", share * 100.0);
    (fullest, share)
}

#[test]
fn rate_is_never_exceeded_and_nearly_all_of_it_is_used() {
    for (a_second, count) in [(20, 60), (200, 600)] {
        let is_kept = || {
            let (fullest, share) = sent_at(&format!("{a_second}/s"), count, a_second as f64, Duration::from_secs(1));
            fullest <= a_second && share >= 0.95
        };
        // A machine that is busy with other tests holds requests up on their way to the clock, by more than a second's rate
        // can bear.
        assert!((0..5).any(|_| is_kept()), "{a_second}/s is not kept");
    }
}

#[test]
#[ignore = "takes two minutes"]
fn rate_by_the_minute_is_never_exceeded_and_nearly_all_of_it_is_used() {
    let (fullest, share) = sent_at("600/m", 1_200, 10.0, Duration::from_secs(60));
    assert!(fullest <= 600, "{fullest}");
    assert!(share >= 0.95, "{share}");
}

#[test]
fn rate_is_kept_after_the_process_stood_still() {
    let is_kept = || {
        let batch = Batch::of(rows(1..=300), |_| delivered());
        let going = batch.start("--rate 100/s --concurrency 64");
        batch.wait_for(50);
        going.signal("STOP");
        std::thread::sleep(Duration::from_secs(1));
        going.signal("CONT");
        let run = going.end();
        assert_eq!(run.status, 0, "{run}");
        fullest(&arrivals(&batch), Duration::from_secs(1)) <= 100
    };
    assert!((0..5).any(|_| is_kept()), "100/s is not kept");
}

/// The 30th request is answered by `asks`, and those that come while it is are answered as always. No other request may
/// come before `until`, counted from the answer; and all arrive.
#[track_caller]
fn pauses(asks: impl Fn() -> Reply + Send + Sync + 'static, until: impl Fn(&Heard) -> Duration) {
    let batch = Batch::of(rows(1..=100), move |heard| match heard.number {
        29 => asks(),
        number => delivered().after(number as u64 % 20),
    });
    let run = batch.send("--concurrency 8");
    assert_eq!(run.status, 0, "{run}");
    let heard = batch.server.heard();
    let asked = &heard[29];
    let until = until(asked);
    let during: Vec<_> = heard[30..].iter().map(|heard| heard.at - asked.at).filter(|after| *after < until).collect();
    assert!(during.len() <= 7, "{during:?}");
    assert!(during.iter().all(|after| *after < Duration::from_millis(500)), "{during:?}");
    assert_eq!(heard.len(), 101, "one is sent again, and only that one");
    assert_eq!(batch.taken().len(), 100);
    assert!(batch.taken_twice().is_empty());
    assert_eq!(run.stderr.matches("pausing for ").count(), 1, "{run}");
}

#[test]
fn limit_that_asks_to_wait_three_seconds_holds_all_back() {
    pauses(|| later(429, "3"), |_| Duration::from_secs(3));
}

#[test]
fn limit_that_asks_to_wait_until_a_time_holds_all_back() {
    let until = std::sync::Arc::new(std::sync::Mutex::new(None));
    let shared = std::sync::Arc::clone(&until);
    let asks = move || {
        let (time, text) = http_date(4);
        *shared.lock().unwrap() = Some((Instant::now(), time.duration_since(SystemTime::now()).unwrap()));
        later(429, text)
    };
    pauses(asks, |asked| {
        let (at, wait) = until.lock().unwrap().unwrap();
        at + wait - asked.at
    });
}

#[test]
fn server_that_takes_nothing_and_asks_to_wait_holds_all_back() {
    pauses(|| later(503, "3"), |_| Duration::from_secs(3));
}

#[test]
fn many_limits_at_once_are_one_pause() {
    // Seven of those that are under way hear it, too.
    let batch = Batch::of(rows(1..=60), |heard| match heard.number {
        20..27 => later(429, "2").after(200),
        _ => delivered().after(20),
    });
    let run = batch.send("--retries 1");
    assert_eq!(run.status, 0, "{run}");
    assert_eq!(run.stderr.matches("pausing for 2 s").count(), 1, "{run}");
    assert_eq!(batch.taken().len(), 60);
    assert_eq!(batch.server.count(), 67);
}

#[test]
fn limit_that_is_heard_during_a_pause_makes_it_longer() {
    let batch = Batch::of(rows(1..=40), |heard| match heard.number {
        10 => later(429, "1").after(100),
        // It was under way, too, and its answer comes in the middle of the pause.
        11 => later(429, "3").after(600),
        _ => delivered().after(20),
    });
    let run = batch.send("");
    assert_eq!(run.status, 0, "{run}");
    let heard = batch.server.heard();
    let during = heard.iter().map(|other| other.at.saturating_duration_since(heard[11].at));
    let during: Vec<_> = during.filter(|after| (700..3_600).contains(&after.as_millis())).collect();
    assert!(during.is_empty(), "{during:?}");
    assert_eq!(batch.taken().len(), 40);
}

#[test]
fn limit_that_one_hears_after_a_pause_that_it_knew_nothing_of_holds_all_back() {
    let batch = Batch::of(rows(1..=24), |heard| match heard.number {
        10 => later(429, "1").after(100),
        // It was under way too. Its answer comes when the pause has ended and others are about to leave.
        11 => later(429, "3").after(1_300),
        _ => delivered().after(600),
    });
    let run = batch.send("--concurrency 4");
    assert_eq!(run.status, 0, "{run}");
    let heard = batch.server.heard();
    let answered = heard[11].at + Duration::from_millis(1_300);
    let during = heard.iter().map(|other| other.at.saturating_duration_since(answered));
    let during: Vec<_> = during.filter(|after| (150..2_900).contains(&after.as_millis())).collect();
    assert!(during.is_empty(), "{during:?}");
    assert_eq!(batch.taken().len(), 24);
}
