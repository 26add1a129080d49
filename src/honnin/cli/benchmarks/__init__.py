"""The benchmarks of design §10, one module a subject. Each yields Figures; `honnin bench` prints them."""
