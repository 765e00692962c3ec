// Measures robfig/cron on the cases in a file; prints KIND<tab>ZONE<tab>CASE<tab>NANOSECONDS<tab>MOMENTS.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/robfig/cron"
)

const start, chainLength, minimum = 1767225600, 1000, 20 * time.Millisecond

// Processor time, so that other load on the machine counts little.
func now() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// Nanoseconds for one operation; body returns how many it did.
func measure(body func() int) float64 {
	for rounds := 1; ; {
		sum := 0
		begin := now()
		for i := 0; i < rounds; i++ {
			sum += body()
		}
		elapsed := now() - begin
		if elapsed >= minimum {
			return float64(elapsed.Nanoseconds()) / float64(sum)
		}
		if elapsed*4 < minimum {
			rounds *= 4
		} else {
			rounds *= 2
		}
	}
}

func join(record []int64) string {
	words := make([]string, len(record))
	for i, moment := range record {
		words[i] = strconv.FormatInt(moment, 10)
	}
	return strings.Join(words, ",")
}

func main() {
	file, err := os.Open(os.Args[1])
	if err != nil {
		panic(err)
	}
	lines := bufio.NewScanner(file)
	for number := 0; lines.Scan(); number++ {
		expression := lines.Text()
		parse := measure(func() int {
			schedule, err := cron.ParseStandard(expression)
			if err != nil {
				panic(err)
			}
			if schedule == nil {
				return 0
			}
			return 1
		})
		fmt.Printf("parse\t-\t%d\t%g\t\n", number, parse)
		for _, name := range []string{"UTC", "Europe/Berlin"} {
			zone, err := time.LoadLocation(name)
			if err != nil {
				panic(err)
			}
			schedule, _ := cron.ParseStandard(expression)
			schedule.(*cron.SpecSchedule).Location = zone
			record := make([]int64, 0, chainLength)
			chain := measure(func() int {
				record = record[:0]
				moment := time.Unix(start, 0).In(zone)
				for i := 0; i < chainLength; i++ {
					moment = schedule.Next(moment)
					if moment.IsZero() {
						break
					}
					record = append(record, moment.Unix())
				}
				return len(record)
			})
			fmt.Printf("chain\t%s\t%d\t%g\t%s\n", name, number, chain, join(record))
			spread := measure(func() int {
				record = record[:0]
				for i := 0; i < chainLength; i++ {
					moment := schedule.Next(time.Unix(start+int64(i)*157679, 0).In(zone))
					if moment.IsZero() {
						break
					}
					record = append(record, moment.Unix())
				}
				return len(record)
			})
			fmt.Printf("spread\t%s\t%d\t%g\t%s\n", name, number, spread, join(record))
		}
	}
}
