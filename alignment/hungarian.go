package alignment

import "math"

// assign finds the assignment of rows to columns with the greatest sum of
// worth; a row may stay without a column (-1), which is worth 0. The pair
// (row, col) is forbidden; -1 = none. It is the Hungarian method with
// potentials (Kuhn 1955, in the form of Jonker and Volgenant): n³.
func assign(worth [][]float64, row, col int) (chosen []int, sum float64) {
	n := len(worth)
	if n == 0 {
		return nil, 0
	}
	m := len(worth[0])
	cost := func(i, j int) float64 { // rows and columns from 1; columns above m mean none
		if j > m || i-1 == row && j-1 == col {
			return 0
		}
		return -worth[i-1][j-1]
	}
	wide := m + n
	u, v := make([]float64, n+1), make([]float64, wide+1)
	owner, way := make([]int, wide+1), make([]int, wide+1)
	for i := 1; i <= n; i++ {
		augment(i, wide, cost, u, v, owner, way)
	}
	chosen = make([]int, n)
	for i := range chosen {
		chosen[i] = -1
	}
	for j := 1; j <= m; j++ {
		if i := owner[j]; i > 0 && cost(i, j) < 0 {
			chosen[i-1] = j - 1
			sum -= cost(i, j)
		}
	}
	return chosen, sum
}

// augment brings row i in by the cheapest path.
func augment(i, wide int, cost func(i, j int) float64, u, v []float64, owner, way []int) {
	owner[0] = i
	at := 0
	least, used := make([]float64, wide+1), make([]bool, wide+1)
	for j := range least {
		least[j] = math.Inf(1)
	}
	for {
		used[at] = true
		from, delta, next := owner[at], math.Inf(1), 0
		for j := 1; j <= wide; j++ {
			if used[j] {
				continue
			}
			if c := cost(from, j) - u[from] - v[j]; c < least[j] {
				least[j], way[j] = c, at
			}
			if least[j] < delta {
				delta, next = least[j], j
			}
		}
		for j := 0; j <= wide; j++ {
			if used[j] {
				u[owner[j]] += delta
				v[j] -= delta
			} else {
				least[j] -= delta
			}
		}
		if at = next; owner[at] == 0 {
			break
		}
	}
	for at != 0 {
		before := way[at]
		owner[at] = owner[before]
		at = before
	}
}
