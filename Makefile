# Thin aliases; the work is in bin/.
run test lint bench:
	./bin/$@
.PHONY: run test lint bench
