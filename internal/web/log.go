package web

func (s *Server) logRoutes() []Route { return nil }
