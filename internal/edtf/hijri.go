package edtf

import "fmt"

// The tabular Islamic calendar (civil epoch, leap years 2 5 7 10 13 16 18 21 24 26 29 of thirty). Months begin by
// sighting in life, so a converted date may be a day off either way: callers widen by one day and mark it approximate.

func fromHijri(y, m, d int) int {
	const epoch = 1948439 - 2440588 // the day before 1 Muharram 1, in days since 1970
	return d + (59*(m-1)+1)/2 + (y-1)*354 + (3+11*y)/30 + epoch
}

func toHijri(day int) (y, m, d int) {
	y = max(1, (day+492148)*30/10631-1)
	for fromHijri(y+1, 1, 1) <= day {
		y++
	}
	m = 1
	for m < 12 && fromHijri(y, m+1, 1) <= day {
		m++
	}
	return y, m, day - fromHijri(y, m, 1) + 1
}

func hijriMonthLength(y, m int) int {
	if m == 12 {
		return fromHijri(y+1, 1, 1) - fromHijri(y, 12, 1)
	}
	return fromHijri(y, m+1, 1) - fromHijri(y, m, 1)
}

// hijriRange writes days from a to b, each widened by one, as one-of with both ends approximate.
func hijriRange(a, b int) string {
	return fmt.Sprintf("[%s~..%s~]", isoDay(a-1), isoDay(b+1))
}
