package web

func (s *Server) printRoutes() []Route { return nil }
