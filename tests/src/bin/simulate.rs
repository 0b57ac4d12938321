//! Simulates.
use nemcon_tests::sim::{Wishes, run};
fn main() {
    let args: Vec<u64> = std::env::args().skip(1).map(|a| a.parse().unwrap()).collect();
    let (from, n, loud) = (args[0], args[1], args.len() > 2);
    let mut bad = 0;
    let start = std::time::Instant::now();
    for seed in from..from + n {
        let out = run(seed, &Wishes::default(), loud);
        if let Some(v) = &out.violation {
            bad += 1;
            println!("{seed}: {v}");
        }
        if n < 20 {
            println!("{out:?}");
        }
    }
    println!("{bad} bad of {n} in {:?}", start.elapsed());
}
